Feature: Partial apply
  Finished work can be applied before the rest, and the rest continues from there.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @terminal @durable @R144
  Scenario: Finished work is applied although another subplan failed, and the rest continues from the new base
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
    And its subplans are run with
      | maxRetries | 0 |
    And the part "write c" fails unless it finds
      | d.txt |
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of SUBPLANS_FAILED
    When someone commits "d.txt"
    And what is finished is applied
    Then it rests in execute.errored because of SUBPLANS_FAILED
    And in the checkout "b.txt" is "two"
    And nothing in the checkout is uncommitted
    When it is executed
    Then it rests in execute.complete
    And the result changes exactly
      | c.txt |
    When the result is applied
    Then it ends applied
    And in the checkout "c.txt" is "three"
    And in the checkout "d.txt" is "changed"

  @terminal @R144
  Scenario: One file of a result is applied, and the rest can be applied later
    Given an action that writes
      | path  | content |
      | b.txt | two     |
      | c.txt | three   |
    When the plan is made
    And it is executed
    And only "b.txt" of the result is applied
    Then it rests in execute.complete
    And the branch "main" is 1 commit further and changes exactly
      | b.txt |
    And the result changes exactly
      | c.txt |
    When the result is applied
    Then it ends applied
    And in the checkout "c.txt" is "three"

  @R144
  Scenario: What was applied stays when the plan is cancelled
    Given an action that writes
      | path  | content |
      | b.txt | two     |
      | c.txt | three   |
    When the plan is made
    And it is executed
    And only "b.txt" of the result is applied
    And it is cancelled because of "enough"
    Then it ends cancelled
    And the branch "main" is 1 commit further and changes exactly
      | b.txt |
    And in the checkout "b.txt" is "two"

  @terminal @R144
  Scenario: A plan is not rolled back behind what was applied
    Given an action that writes
      | path  | content |
      | b.txt | two     |
      | c.txt | three   |
    When the plan is made
    And it is executed
    And only "b.txt" of the result is applied
    And it is rolled back to "preExecute"
    Then it is refused as PHASE_GUARD
    And the message names "an applied part cannot be rolled back"
    And in the checkout "b.txt" is "two"

  @terminal @R144
  Scenario: Without finished work nothing is applied
    Given an action whose only part always fails
    When the plan is made
    And it is executed
    And what is finished is applied
    Then it is refused as NOTHING_TO_APPLY
    And the branch "main" has not moved
