Feature: Recovery
  A failure is reported with the next command, retried only where that helps, and remembered for later plans.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @R135
  Scenario: A rate limit is waited out, and uses up no attempt
    Given an action that says
      """
      executionActor:
        kind: command
        argv:
          - sh
          - -c
          - |
            mkdir "$(git rev-parse --git-common-dir)/asked" 2>/dev/null &&
              { echo "429 too many requests, retry after 0 seconds" >&2; exit 1; }
            echo two > b.txt
      """
    When the plan is made with the profile "manual"
    And it is executed
    Then it rests in execute.complete
    And the result changes exactly
      | b.txt |

  @terminal
  Scenario: Preflight reports everything that a plan lacks before anything runs
    Given an action that says
      """
      strategyActor: absent
      executionActor:
        kind: command
        argv: [no-such-program]
      budget: { seconds: 0 }
      """
    When the plan is made
    Then it rests in strategize.queued because of PREFLIGHT_FAILED
    And the error names "absent"
    And the error names "no-such-program"
    And the error names "seconds is 0"
    And "execute" is available

  @R134
  Scenario: An agent that succeeds without changing a file is a failure
    Given an action that says
      """
      definitionOfDone: there is a b.txt
      executionActor:
        kind: command
        argv: ["true"]
      """
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of NOTHING_DONE
    And "execute" and "revert" are available

  @R135
  Scenario: An agent that prints nothing for too long is killed
    Given an action that says
      """
      executionActor:
        kind: command
        argv: [sh, -c, "echo up; sleep 1000"]
        watchdogs: { startSeconds: 60, idleSeconds: 0.2, graceSeconds: 1 }
      """
    When the plan is made with the profile "manual"
    And it is executed
    Then it rests in execute.errored because of STALLED
    And the error names "printed nothing for 0.2 s"

  @R53
  Scenario: A failure of one plan is in the prompt of the next
    Given an action that says
      """
      executionActor:
        kind: command
        argv: [sh, -c, "echo out of paint >&2; exit 7"]
      """
    When the plan is made with the profile "manual"
    And it is executed
    Then it rests in execute.errored because of AGENT_FAILED
    Given an action that says
      """
      executionActor:
        kind: command
        argv: [sh, -c, "cat > advice.txt"]
      """
    And the check "it got advice" runs "grep -q 'out of paint (AGENT_FAILED, once so far)' advice.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the check "it got advice" passed
