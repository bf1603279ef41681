Feature: Merging
  Results are merged line by line. No change is lost without an error.

  Background:
    Given a repository with
      | path     | content                            |
      | list.txt | apples\n.\n.\n.\n.\n.\nplums |

  @R80
  Scenario Outline: Two subplans that edit different lines of one file both keep their edits, with <strategy>
    Given an action with the edits
      | goal   | path     | find   | replace       |
      | apples | list.txt | apples | green apples  |
      | plums  | list.txt | plums  | yellow plums  |
    And its subplans are run with
      | mergeStrategy | <strategy> |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And in the result "list.txt" is
      """
      green apples
      .
      .
      .
      .
      .
      yellow plums

      """

    @durable
    Examples:
      | strategy        |
      | sequentialApply |

    @durable @long
    Examples:
      | strategy        |
      | threeWay        |
      | lastWins        |
      | failOnConflict  |

  @R80
  Scenario Outline: Where both wrote on one line, <strategy> gives "<line>"
    Given an action with the edits
      | goal   | path     | find   | replace      |
      | first  | list.txt | apples | green apples |
      | second | list.txt | apples | ripe apples  |
    And its subplans are run with
      | mergeStrategy | <strategy> |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And in the result "list.txt" begins with "<line>"

    Examples:
      | strategy        | line              |
      | sequentialApply | green ripe apples |
      | lastWins        | ripe apples       |

  Scenario: Keys that both subplans change next to each other are merged
    Given a repository with
      | path         | content                                          |
      | package.json | {\n  "name": "app",\n  "dependencies": {}\n} |
    And an action with the edits
      | goal  | path         | find               | replace                         |
      | left  | package.json | "dependencies": {} | "dependencies": {"left": "1.0"} |
      | right | package.json | "name": "app",     | "name": "app", "private": true, |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And in the result "package.json" is
      """
      {
        "name": "app",
        "private": true,
        "dependencies": {"left": "1.0"}
      }

      """

  @R80 @durable @long
  Scenario: With lastWins the later subplan's text wins where both wrote
    Given an action with the edits
      | goal   | path     | find   | replace      |
      | first  | list.txt | apples | green apples |
      | second | list.txt | apples | red apples   |
    And its subplans are run with
      | mergeStrategy | lastWins |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And in the result "list.txt" begins with "red apples"

  @durable @long
  Scenario: With failOnConflict the first conflict fails Execute
    Given an action with the edits
      | goal   | path     | find   | replace      |
      | first  | list.txt | apples | green apples |
      | second | list.txt | apples | red apples   |
    And its subplans are run with
      | mergeStrategy | failOnConflict |
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of MERGE_CONFLICT

  @R128 @durable @long
  Scenario: Additions, deletions and work of the plan itself are merged in recorded order
    Given an action that says
      """
      strategyActor:
        kind: steps
        steps:
          - subplan:
              goal: tidy
              executionActor: { kind: steps, steps: [{ delete: { path: list.txt } }] }
          - subplan:
              goal: greet
              executionActor: { kind: steps, steps: [{ write: { path: hello.txt, content: "hello\n" } }] }
      executionActor:
        kind: steps
        steps:
          - { if: { depth: 0 }, write: { path: own.txt, content: "own\n" } }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the result changes exactly
      | hello.txt |
      | list.txt  |
      | own.txt   |
    And the parts were merged in the order "tidy", "greet"
