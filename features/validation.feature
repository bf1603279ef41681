Feature: Validation
  The checks decide whether work is done, not the agent.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @R134
  Scenario: Checks run on the merged result of the subplans
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
    And the check "both are there" runs "test -f b.txt -a -f c.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the check "both are there" passed

  @R241 @R242 @durable
  Scenario: The subplan that breaks a check is found, and what the others did is applied
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
    And the check "tests" runs "test ! -f c.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of VALIDATION_FAILED
    And a decision of type "validation_response" is recorded
    When what is finished is applied
    Then in the checkout "b.txt" is "two"
    And the branch "main" is 1 commit further and changes exactly
      | b.txt |

  @terminal @R103
  Scenario: A required check that keeps failing stops the plan
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the check "tests" runs "echo expected three >&2; exit 3"
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of VALIDATION_FAILED
    When the result is applied
    Then it is refused as PHASE_GUARD
    And the checkout is as it was

  @R103
  Scenario: The agent fixes what a check found, and then it passes
    Given an action that says
      """
      executionActor:
        kind: steps
        steps:
          - write: { path: b.txt, content: "tow\n" }
          - if: { role: fix }
            write: { path: b.txt, content: "two\n" }
      """
    And the check "spelling" runs "grep -q two b.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the check "spelling" failed, then passed
    And in the result "b.txt" begins with "two"

  @R103
  Scenario: A fix keeps the work that was done
    Given an action that says
      """
      executionActor:
        kind: steps
        steps:
          - write: { path: b.txt, content: "two\n" }
          - if: { role: fix }
            write: { path: c.txt, content: "three\n" }
      """
    And the check "both are there" runs "test -f b.txt -a -f c.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the result changes exactly
      | b.txt |
      | c.txt |

  @R134
  Scenario: A check leaves its command's exit code and a digest of what it printed
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the informational check "style" runs "echo could be nicer; exit 1"
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the check "style" has exit code 1, a digest, and ends with "could be nicer"

  @R134
  Scenario: An agent that succeeds while its checks fail has failed
    Given an action that says
      """
      executionActor:
        kind: command
        argv: [sh, -c, "echo all is done"]
      """
    And the check "really" runs "test -f b.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of VALIDATION_FAILED
