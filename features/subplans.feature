Feature: Subplans
  Subplans run in parallel or in the order that was set, and their results are merged.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @terminal @durable @R1 @R13 @R36 @R72
  Scenario: Every subplan runs and is merged
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
      | write d | d.txt  | four    |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the subplans are
      | goal    | state    |
      | write b | complete |
      | write c | complete |
      | write d | complete |
    And the result changes exactly
      | b.txt |
      | c.txt |
      | d.txt |
    And the checkout is as it was

  @R26 @R73
  Scenario: More subplans than may run at once wait for a slot
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
      | write d | d.txt  | four    |
      | write e | e.txt  | five    |
      | write f | f.txt  | six     |
    And its subplans are run with
      | maxParallel | 2 |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And never more than 2 subplans ran at once
    And at some time 3 subplans were pending

  @R17 @durable @long
  Scenario: Subplans that depend on others start when those are complete, and see their work
    Given an action that splits the work into
      | goal        | writes | content | needs                 |
      | lay stones  | a1.txt | stones  |                       |
      | mix mortar  | a2.txt | mortar  |                       |
      | build walls | a3.txt | walls   | lay stones,mix mortar |
    And its subplans are run with
      | executionMode | dependencyOrdered |
    And the part "build walls" fails unless it finds
      | a1.txt |
      | a2.txt |
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And "build walls" started after "lay stones" and "mix mortar" were complete

  @durable @long
  Scenario: In sequential mode a subplan starts when the previous one is complete
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
    And its subplans are run with
      | executionMode | sequential |
    When the plan is made
    And it is executed
    Then never more than 1 subplans ran at once
    And "write c" started after "write b" were complete

  @R17
  Scenario: An unknown mode is refused by its name
    Given an action that says
      """
      subplans: { executionMode: sideways }
      """
    When the plan is made
    Then it is refused as INVALID_ACTION
    And the message names "sideways"

  @R55 @R48 @R50
  Scenario Outline: <retries> retries means <attempts> attempts
    Given an action whose only part always fails
    And its subplans are run with
      | maxRetries   | <retries> |
      | retryDelayMs | 0         |
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of SUBPLANS_FAILED
    And the part was attempted <attempts> times, and only the last attempt was not retried

    Examples:
      | retries | attempts |
      | 0       | 1        |
      | 1       | 2        |
      | 2       | 3        |

  @R79 @durable @long
  Scenario: Subplans that fail together are both named
    Given an action whose parts "fix the roof" and "fix the wall" fail
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of SUBPLANS_FAILED
    And the subplans are
      | goal          | state  |
      | fix the roof | failed |
      | fix the wall | failed |

  @R78
  Scenario: With fail-fast the first failure stops the rest, and nothing that finishes late is merged
    Given an action with a part that fails and a part that waits for ever
    And its subplans are run with
      | failFast   | true |
      | maxRetries | 0    |
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of SUBPLANS_FAILED
    And the subplans are
      | goal     | state     |
      | break    | failed    |
      | for ever | cancelled |
    And no process of a part is left

  @R17
  Scenario: A subplan that depends on a failed one is cancelled with the reason, and an independent one runs
    Given an action that splits the work into
      | goal        | writes | content | needs       |
      | mix mortar  | a2.txt | mortar  |             |
      | build walls | a3.txt | walls   | mix mortar  |
      | lay a roof  | a4.txt | roof    | build walls |
      | plant trees | b.txt  | trees   |             |
    And its subplans are run with
      | executionMode | dependencyOrdered |
      | maxRetries    | 0                 |
    And the part "mix mortar" fails unless it finds
      | sand.txt |
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of SUBPLANS_FAILED
    And the subplans are
      | goal        | state     |
      | mix mortar  | failed    |
      | build walls | cancelled |
      | lay a roof  | cancelled |
      | plant trees | complete  |
    And the part "build walls" was given up because "mix mortar" failed

  @R45
  Scenario: A subplan that exceeds its timeout is stopped with its processes
    Given an action with a part that waits for ever
    And its subplans are run with
      | timeoutSeconds | 0.2 |
      | maxRetries     | 0   |
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of SUBPLANS_FAILED
    And no process of a part is left

  @R15 @R16 @R47 @R74 @R6 @durable @long
  Scenario: A subplan inherits the settings of its plan, and not its goal
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
    And the action also says
      """
      definitionOfDone: all is written
      automationProfile: trusted
      invariants: [keep the public names]
      executionEnvironment: { MODE: careful }
      executionEnvPriority: override
      """
    When the plan is made
    And it is executed
    Then the part "write b" has the profile, the invariants, the environment and the root of its plan
    And the part's definition of done is "write b"
    And the part names the decision that spawned it

  @R75 @R71 @durable
  Scenario: Subplans may have subplans, and all are in the tree
    Given an action whose part "outer" has a part "inner" that writes "deep.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the tree shows "outer" at depth 1 and "inner" at depth 2
    And the result changes exactly
      | deep.txt |

  @R77
  Scenario: Only so many plans execute at once
    Given room for 1 plan at a time
    And an action that waits for a sign
    When two plans are made and executed
    Then one of them executes and the other waits in execute.queued
    When the sign is given
    Then both rest in execute.complete
