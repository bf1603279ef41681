Feature: Conflicts
  Where the merge is ambiguous, a person decides, with both sides in view.

  Background:
    Given a repository with
      | path     | content      |
      | list.txt | apples\npears |
    And an action with the edits
      | goal            | path     | find   | replace      |
      | prefer green    | list.txt | apples | green apples |
      | prefer the reds | list.txt | apples | red apples   |

  @terminal @R28 @R81 @R128 @durable @long
  Scenario: A conflict makes the plan wait, and names both sides
    When the plan is made
    And it is executed
    Then it rests in execute.conflicted
    And the only conflict is in "list.txt", and "prefer the reds" brought it
    And "resolve" is available
    And the checkout is as it was

  @R81
  Scenario: The sandbox holds the file with its markers
    When the plan is made
    And it is executed
    Then in the sandbox "list.txt" contains
      | <<<<<<<      |
      | green apples |
      | red apples   |
      | >>>>>>>      |

  @terminal
  Scenario Outline: Taking <side> resolves it, and the merge continues by itself
    When the plan is made
    And it is executed
    And the conflict in "list.txt" is resolved with <side>
    Then it rests in execute.complete
    And the result of "list.txt" begins with "<words>"

    Examples:
      | side   | words        |
      | ours   | green apples |

    @durable @long
    Examples:
      | side   | words        |
      | theirs | red apples   |

  @durable @long
  Scenario: Text of your own resolves it too
    When the plan is made
    And it is executed
    And the conflict in "list.txt" is resolved with the text "apples of all colours"
    Then it rests in execute.complete
    And the result of "list.txt" begins with "apples of all colours"

  @terminal @durable @R28
  Scenario: Two hunks of one file are resolved one by one
    Given a repository with
      | path     | content                      |
      | list.txt | apples\n.\n.\n.\n.\nplums |
    And an action that says
      """
      strategyActor:
        kind: steps
        steps:
          - subplan:
              goal: prefer green
              executionActor:
                { kind: steps, steps: [{ write: { path: list.txt, content: "green apples\n.\n.\n.\n.\ngreen plums\n" } }] }
          - subplan:
              goal: prefer the reds
              executionActor:
                { kind: steps, steps: [{ write: { path: list.txt, content: "red apples\n.\n.\n.\n.\nred plums\n" } }] }
      executionActor: { kind: steps, steps: [] }
      """
    When the plan is made
    And it is executed
    And the conflict in "list.txt#2" is resolved with both
    Then it rests in execute.conflicted
    When the conflict in "list.txt#1" is resolved with theirs
    Then it rests in execute.complete
    And in the result "list.txt" is
      """
      red apples
      .
      .
      .
      .
      green plums
      red plums

      """

  Scenario: A policy takes a side before a person is asked
    Given its subplans are run with
      | conflictPolicy | preferTheirs |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the result of "list.txt" begins with "red apples"

  Scenario: A policy asks an agent, and its resolution counts
    Given an action that says
      """
      strategyActor:
        kind: steps
        steps:
          - subplan:
              goal: prefer green
              executionActor: { kind: steps, steps: [{ edit: { path: list.txt, find: apples, replace: green apples } }] }
          - subplan:
              goal: prefer the reds
              executionActor: { kind: steps, steps: [{ edit: { path: list.txt, find: apples, replace: red apples } }] }
      executionActor: { kind: steps, steps: [] }
      conflictActor:
        kind: steps
        steps:
          - { if: { role: conflict }, write: { path: list.txt, content: "apples of both colours\npears\n" } }
      subplans: { conflictPolicy: actor }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the result of "list.txt" begins with "apples of both colours"

  @terminal
  Scenario: A conflict that does not exist cannot be resolved
    When the plan is made
    And it is executed
    And the conflict in "else.txt" is resolved with ours
    Then it is refused as UNKNOWN_CONFLICT
    And it rests in execute.conflicted

  Scenario: A conflict is resolved once
    When the plan is made
    And it is executed
    And the conflict in "list.txt" is resolved with ours
    And the conflict in "list.txt" is resolved with theirs
    Then it is refused as CONFLICT_RESOLVED
    And the result of "list.txt" begins with "green apples"

  Scenario: A conflict survives a restart
    When the plan is made
    And it is executed
    And everything is closed and opened again
    And the conflict in "list.txt" is resolved with theirs
    Then it rests in execute.complete
    And the result of "list.txt" begins with "red apples"

  @terminal
  Scenario: A plan in conflict is not applied
    When the plan is made
    And it is executed
    And the result is applied
    Then it is refused as PHASE_GUARD
    And the checkout is as it was
