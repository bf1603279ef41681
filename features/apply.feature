Feature: Apply
  Exactly what was reviewed is applied, once, and only on command.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And an action that writes
      | path  | content |
      | b.txt | two     |

  @terminal
  Scenario: A result is not applied by itself
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the checkout is as it was

  @terminal @R102 @durable
  Scenario: Into the checkout
    When the plan is made
    And it is executed
    And the result is applied
    Then it ends applied
    And the branch "main" is 1 commit further and changes exactly
      | b.txt |
    And in the checkout "b.txt" is "two"
    And nothing in the checkout is uncommitted

  @terminal @R162 @durable @long
  Scenario: Onto a branch of its own
    When the plan is made
    And it is executed
    And the result is applied to the branch "troupe/two"
    Then it ends applied
    And the branch "troupe/two" is 1 commit further and changes exactly
      | b.txt |
    And the checkout is as it was

  @terminal @R162 @durable @long
  Scenario: As a patch file
    When the plan is made
    And it is executed
    And the result is applied as a patch
    Then it ends applied
    And the patch adds "b.txt"
    And the checkout is as it was

  @terminal @R145
  Scenario: Changes that are not committed are never overwritten
    When the plan is made
    And it is executed
    And someone changes "b.txt" without committing it
    And the result is applied
    Then it is refused or constrained as DIRTY_CHECKOUT
    And in the checkout "b.txt" is "changed"
    And the branch "main" has not moved

  @R188 @durable
  Scenario: Changes that the result does not touch stay as they are, and it is applied beside them
    When the plan is made
    And it is executed
    And someone changes "a.txt" without committing it
    And the result is applied
    Then it ends applied
    And the branch "main" is 1 commit further and changes exactly
      | b.txt |
    And in the checkout "a.txt" is "changed"
    And in the checkout only "a.txt" is uncommitted

  @durable
  Scenario: A target that moved on meanwhile gets both
    When the plan is made
    And it is executed
    And someone commits "c.txt"
    And the result is applied
    Then it ends applied
    And in the checkout "b.txt" is "two"
    And in the checkout "c.txt" is "changed"

  @R103 @durable @long
  Scenario: On a target that moved, the checks run again and may stop the apply
    Given the check "alone" runs "test ! -f c.txt"
    When the plan is made
    And it is executed
    And someone commits "c.txt"
    And the result is applied
    Then it rests in apply.constrained because of BASE_MOVED
    And the branch "main" has not moved

  @terminal @R186
  Scenario: After checks failed on a target that moved, the result can go to a branch of the base it was made from
    Given the check "alone" runs "test ! -f c.txt"
    When the plan is made
    And it is executed
    And someone commits "c.txt"
    And the result is applied
    Then it rests in apply.constrained because of BASE_MOVED
    When the result is applied to the branch "troupe/two"
    Then it ends applied
    And the branch "troupe/two" is 1 commit after the one before
    And the branch "main" has not moved

  @R186 @durable
  Scenario: After checks failed on a target that moved, the result can be applied once the target is repaired
    Given the check "alone" runs "test ! -f c.txt"
    When the plan is made
    And it is executed
    And someone commits "c.txt"
    And the result is applied
    Then it rests in apply.constrained because of BASE_MOVED
    When someone commits that "c.txt" is removed
    And the result is applied
    Then it ends applied
    And in the checkout "b.txt" is "two"

  @R323
  Scenario: What the target has already is not committed twice
    When the plan is made
    And it is executed
    And someone commits "b.txt" with "two"
    And the result is applied
    Then it rests in apply.constrained because of NOTHING_TO_APPLY
    And the branch "main" has not moved

  @terminal @R185
  Scenario: The result never goes to a branch that was not named
    When the plan is made
    And it is executed
    And someone switches to the new branch "other"
    And the result is applied
    Then it is refused as TARGET_CHANGED
    And the checkout is as it was
    When the result is applied to the branch "main"
    Then it ends applied
    And the branch "main" is 1 commit further and changes exactly
      | b.txt |
    And the checkout is as it was

  @terminal @R185
  Scenario: The result goes to the branch that is checked out now if the command names it
    When the plan is made
    And it is executed
    And someone switches to the new branch "other"
    And the result is applied onto the branch "other"
    Then it ends applied
    And the branch "other" is 1 commit further and changes exactly
      | b.txt |
    And in the checkout "b.txt" is "two"

  @R148
  Scenario: The user's hooks run for the applied commit, and for no other
    Given a hook that counts commits
    When the plan is made
    And it is executed
    Then the hook has run 0 times
    When the result is applied
    Then it ends applied
    And the hook has run 1 time

  @R148 @durable @long
  Scenario: A hook that refuses keeps the result out, and nothing is lost
    Given a hook that refuses
    When the plan is made
    And it is executed
    And the result is applied
    Then it is refused or constrained as HOOK_REFUSED
    And the branch "main" has not moved
    And the result changes exactly
      | b.txt |

  Scenario: An applied plan is final
    When the plan is made
    And it is executed
    And the result is applied
    And it is reverted because of "second thoughts"
    Then it is refused as PHASE_GUARD
    And it ends applied
