Feature: Corrections
  One decision can be made otherwise afterwards: what came of it is done anew, and everything else stays.

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
  Scenario: A subplan is done anew, another is added, and both are in the result
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
  Scenario: What has landed is not corrected
    When the plan is made
    And it is executed
    And the result is applied
    And the decision "write c" is corrected with "mind the gap"
    Then it is refused as NOT_CORRECTABLE

  @R89 @R121
  Scenario: What was corrected is known for good
    When the plan is made
    And it is executed
    And the decision "write c" is corrected with "mind the gap"
    And everything is closed and opened again
    Then a decision of type "user_intervention" is recorded
    And 1 correction is known

  @R85
  Scenario: Nobody's decision but that one holds no longer
    When the plan is made
    And it is executed
    And the decision "write c" is corrected with "mind the gap"
    Then exactly these decisions hold no longer
      | write c |
