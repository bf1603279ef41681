Feature: Corrections
  One decision can be changed afterwards: the work that depends on it runs again, and everything else stays.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
      | write d | d.txt  | four    |
    And the action also says
      """
      executionActor:
        kind: steps
        steps:
          - write: { path: e.txt, content: added }
            if: { goal: write e as well }
      """

  @terminal @durable @long @R4 @R86 @R88 @R91
  Scenario: A subplan runs again, another is added, and both are in the result
    When the plan is made
    And it is executed
    And the decision "write c" is corrected with "mind the gap"
    Then it rests in execute.complete
    And the subplans are
      | goal    | state    |
      | write b | complete |
      | write d | complete |
      | write c | complete |
    When "write e as well" is added to the decision "write b"
    Then it rests in execute.complete
    And the result changes exactly
      | b.txt |
      | c.txt |
      | d.txt |
      | e.txt |
    And the checkout is as it was

  @terminal @R91
  Scenario: What has been applied is not corrected
    When the plan is made
    And it is executed
    And the result is applied
    And the decision "write c" is corrected with "mind the gap"
    Then it is refused as NOT_CORRECTABLE

  @R89 @R121
  Scenario: A correction is on record after a restart
    When the plan is made
    And it is executed
    And the decision "write c" is corrected with "mind the gap"
    And everything is closed and opened again
    Then a decision of type "user_intervention" is recorded
    And 1 correction is known

  @R85
  Scenario: Only the corrected decision is superseded
    When the plan is made
    And it is executed
    And the decision "write c" is corrected with "mind the gap"
    Then exactly these decisions are superseded
      | write c |
