Feature: Cancellation
  Cancelling stops all processes, and loses no work.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @R136 @durable
  Scenario: Cancelling ends the whole process tree
    Given an action whose agent starts processes and waits for ever
    When the plan is made
    And it is executed until its agent is at work
    And it is cancelled because of "enough"
    Then it ends cancelled
    And no process of the agent is left
    And the checkout is as it was

  @R136
  Scenario: A program that ignores SIGTERM is killed
    Given an action whose agent ignores being asked to end
    When the plan is made
    And it is executed until its agent is at work
    And it is cancelled because of "enough"
    Then it ends cancelled
    And no process of the agent is left

  @R124 @durable
  Scenario: Work done before the cancellation is kept in a ref
    Given an action whose agent writes "half.txt" and waits for ever
    When the plan is made
    And it is executed until its agent is at work
    And it is cancelled because of "enough"
    Then it ends cancelled
    And a ref of ours holds "half.txt"

  @R30 @durable
  Scenario: Subplans are cancelled with their plan, waiting ones too
    Given an action with a part that waits for ever
    And its subplans are run with
      | maxParallel | 1 |
    When the plan is made
    And it is executed until its agent is at work
    And it is cancelled because of "enough"
    Then it ends cancelled
    And the subplans are
      | goal     | state     |
      | for ever | cancelled |
    And no process of a part is left

  @terminal
  Scenario: A cancelled plan stays cancelled
    When the plan is made
    And it is cancelled because of "no need"
    And it is executed
    Then it is refused as PHASE_GUARD
    And it ends cancelled

  @terminal @R94 @durable
  Scenario: A paused plan resumes from the same state
    When the plan is made
    And it is paused
    Then it rests in strategize.paused
    When it is resumed
    Then it rests in strategize.complete

  @R24 @R123
  Scenario: An interrupted plan resumes when the program starts again, and finished subplans do not run twice
    Given an action with a part that is done and a part that waits for a sign
    When the plan is made
    And it is executed until its agent is at work
    And everything is closed and opened again
    And the sign is given
    Then it rests in execute.complete
    And the part "done" was worked on 1 time
