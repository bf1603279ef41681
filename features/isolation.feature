Feature: Isolation
  The isolation of subplans is set by the plan, and each subplan runs in what was set.

  Background:
    Given a repository with
      | path       | content |
      | a.txt      | one     |
      | .gitignore | cache   |

  @R154
  Scenario Outline: In a <isolation> a program finds <finding>
    Given an action that says
      """
      strategyActor:
        kind: steps
        steps:
          - subplan:
              goal: look around
              executionActor:
                kind: command
                argv: [sh, -c, "test -e .git && echo a repository > seen.txt || echo files alone > seen.txt"]
      """
    And its subplans are run with
      | isolation | <isolation> |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And in the result "seen.txt" begins with "<finding>"
    And the checkout is as it was

    Examples:
      | isolation | finding      |
      | worktree  | a repository |
      | copy      | files alone  |

  @R154
  Scenario: Without isolation subplans run one at a time in one folder, and find files that git ignores from earlier ones
    Given an action that says
      """
      strategyActor:
        kind: steps
        steps:
          - subplan:
              goal: fill the cache
              executionActor: { kind: command, argv: [sh, -c, "mkdir cache; echo warm > cache/state; echo two > b.txt"] }
          - subplan:
              goal: use the cache
              executionActor: { kind: command, argv: [sh, -c, "cat cache/state > c.txt"] }
      """
    And its subplans are run with
      | isolation   | none |
      | maxParallel | 4    |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And never more than 1 subplans ran at once
    And in the result "c.txt" begins with "warm"
    And the result changes exactly
      | b.txt |
      | c.txt |

  @R154
  Scenario: In worktrees of their own subplans do not see files of others that are not in their result
    Given an action that says
      """
      strategyActor:
        kind: steps
        steps:
          - subplan:
              key: fill
              goal: fill the cache
              executionActor: { kind: command, argv: [sh, -c, "mkdir cache; echo warm > cache/state; echo two > b.txt"] }
          - subplan:
              goal: use the cache
              dependsOn: [fill]
              executionActor: { kind: command, argv: [sh, -c, "test ! -e cache && cat b.txt > c.txt"] }
      """
    And its subplans are run with
      | executionMode | dependencyOrdered |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And in the result "c.txt" begins with "two"
