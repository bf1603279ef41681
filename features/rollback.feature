Feature: Going back
  Any step can be taken back, whole or not at all, and so can the going back.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And an action that writes
      | path  | content |
      | a.txt | two     |
      | b.txt | new     |

  @terminal @R12 @R25 @R27 @R118 @durable
  Scenario: Back to where a call had written one file of two
    When the plan is made
    And it is executed
    And it goes back to "afterToolExecute"
    Then it rests in execute.queued
    And going back did
      | file  | action  |
      | b.txt | removed |
    And the checkout is as it was

  @R129 @durable
  Scenario: Going back is itself undone
    When the plan is made
    And it is executed
    And it goes back to "preExecute"
    And it goes back to "before going back"
    Then in the sandbox "b.txt" contains
      | new |

  @terminal @R87 @durable
  Scenario: The work goes on from there
    When the plan is made
    And it is executed
    And it goes back to "afterToolExecute"
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
    And it goes back to "preExecute"
    Then it is refused as PHASE_GUARD
