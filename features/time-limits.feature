Feature: Time limits
  Work that exceeds its limit is stopped with its processes, and its files are kept. Time that a person takes does not count.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And a clock that only the scenario moves

  @R132 @R124
  Scenario: A program that never ends is stopped when the plan has used up its time
    Given an action whose agent writes "half.txt" and waits for ever
    And the action also says
      """
      budget: { seconds: 60 }
      """
    When the plan is made
    And it is executed until its agent is at work
    And 61 seconds pass
    Then it rests in execute.errored because of BUDGET_EXHAUSTED
    And the error names "60 seconds"
    And no process of the agent is left
    And a ref of ours holds "half.txt"

  @R45
  Scenario: A subplan that never ends is stopped at its timeout, and not before
    Given an action with a part that waits for ever
    And its subplans are run with
      | timeoutSeconds | 60 |
      | maxRetries     | 0  |
    When the plan is made
    And it is executed until its agent is at work
    And 59 seconds pass while nothing is expected
    Then the part "for ever" is at work
    When 2 seconds pass
    Then it rests in execute.errored because of SUBPLANS_FAILED
    And the part "for ever" failed because of TIMED_OUT
    And no process of a part is left

  @R155
  Scenario: While a plan waits for approval no time limit runs
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
    And the action also says
      """
      budget: { seconds: 60 }
      subplans: { timeoutSeconds: 60, maxRetries: 0 }
      approvals: { execute: { writeFiles: ask } }
      """
    When the plan is made
    And it is executed until a person is asked
    And 3600 seconds pass while nothing is expected
    And what waits is approved
    Then it rests in execute.complete

  @R155
  Scenario: An approval request that is not answered in time is denied
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the action also says
      """
      approvals: { execute: { writeFiles: ask }, timeoutSeconds: 600 }
      """
    When the plan is made
    And it is executed
    Then it waits for approval at execute.processing
    When 601 seconds pass
    Then it rests in execute.errored because of APPROVAL_NEEDED
    And the checkout is as it was
