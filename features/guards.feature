Feature: Guards
  Phases come in their order, and wherever a plan waits there is a command that continues it.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @terminal
  Scenario: Nothing is applied before it was executed
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made
    And the result is applied
    Then it is refused as PHASE_GUARD
    And it rests in strategize.complete
    And the checkout is as it was

  @terminal
  Scenario: A result that changes nothing is not applied
    When the plan is made
    And it is executed
    And the result is applied
    Then it is refused as NOTHING_TO_APPLY
    And it rests in execute.complete

  @R101
  Scenario: Executing again what is executed does no harm
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made
    And it is executed
    And it is executed
    Then it rests in execute.complete
    And the result changes exactly
      | b.txt |

  @R20 @R23 @R86
  Scenario: A plan is reverted three times, and not a fourth, also after a restart
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made
    And it is executed
    And it is reverted and executed 3 times
    And everything is closed and opened again
    And it is reverted because of "once more"
    Then it is refused as REVERSION_LIMIT
    And the plan has been reverted 3 times

  @R96
  Scenario: Every change of phase, reversions too, emits an event
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made
    And it is executed
    And it is reverted because of "otherwise"
    Then the plan's changes of phase follow one another without a gap
    And one of them goes back to strategize.queued

  @R99
  Scenario: Of two executes at the same moment one wins
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made
    And it is executed twice at the same moment
    Then it rests in execute.complete
    And the execution agent was asked 1 time

  @terminal @R93
  Scenario: An Execute that failed can be tried again
    Given an action that says
      """
      executionActor:
        kind: command
        argv: [sh, -c, "exit 7"]
      """
    When the plan is made
    And it is executed
    And it is executed
    Then it rests in execute.errored because of AGENT_FAILED
    And "execute" and "revert" and "cancel" are available

  @R3
  Scenario: A failure leaves a decision, details and a command to type
    Given an action that says
      """
      executionActor:
        kind: command
        argv: [sh, -c, "echo out of paint >&2; exit 7"]
      """
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of AGENT_FAILED
    And a decision of type "error_recovery" is recorded
    And the error has at least one hint for a command that begins with "plan"
