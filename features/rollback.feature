Feature: Rollback
  A plan can be rolled back to any checkpoint, completely or not at all, and a rollback can be undone.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And an action that writes
      | path  | content |
      | a.txt | two     |
      | b.txt | new     |

  @terminal @R12 @R25 @R27 @R118 @durable
  Scenario: Rollback to where a call had written one file of two
    When the plan is made
    And it is executed
    And it is rolled back to "afterToolExecute"
    Then it rests in execute.queued
    And the rollback did
      | file  | action  |
      | b.txt | removed |
    And the checkout is as it was

  @R129 @durable
  Scenario: A rollback is itself undone
    When the plan is made
    And it is executed
    And it is rolled back to "preExecute"
    And it is rolled back to "before rollback"
    Then in the sandbox "b.txt" contains
      | new |

  @R87 @durable
  Scenario: The work continues from there
    When the plan is made
    And it is executed
    And it is rolled back to "afterToolExecute"
    And it is executed
    Then it rests in execute.complete
    And the result changes exactly
      | a.txt |
      | b.txt |

  @terminal @durable @long
  Scenario: What is applied stays applied
    When the plan is made
    And it is executed
    And the result is applied
    And it is rolled back to "preExecute"
    Then it is refused as PHASE_GUARD
