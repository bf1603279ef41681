Feature: Best of n
  Several attempts at one goal work side by side, and one of them is taken.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @R243
  Scenario: A judge chooses one of the attempts
    Given an action that says
      """
      executionActor:
        kind: steps
        steps:
          - { if: { attempt: 1 }, write: { path: greeting.txt, content: "Hello" } }
          - { if: { attempt: 2 }, write: { path: greeting.txt, content: "Hello, Ada" } }
      attempts:
        count: 2
        judge:
          kind: steps
          steps:
            - { finding: { severity: note, text: "attempt 2: it greets by name" } }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the result of "greeting.txt" begins with "Hello, Ada"

  @R243
  Scenario: Without a judge the plan waits for your choice
    Given an action that says
      """
      executionActor:
        kind: steps
        steps:
          - { if: { attempt: 1 }, write: { path: greeting.txt, content: "Hello" } }
          - { if: { attempt: 2 }, write: { path: greeting.txt, content: "Hello, Ada" } }
      attempts:
        count: 2
      """
    When the plan is made
    And it is executed
    Then it rests in execute.conflicted
    And "resolve" is available
    And the checkout is as it was
