Feature: Review and commit message
  A reviewer judges the result after the checks, and its findings are kept. The applyActor writes the commit message.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @terminal @durable @R177
  Scenario: Findings that do not block are kept with the result
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the check "it is there" runs "test -f b.txt"
    And the action also says
      """
      reviewActor:
        kind: steps
        steps:
          - finding: { severity: warning, path: b.txt, line: 1, text: "two is a small number" }
          - finding: { severity: note, text: "nothing else" }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the findings are
      | severity | path  | line | text                  |
      | warning  | b.txt | 1    | two is a small number |
      | note     |       |      | nothing else          |
    And a decision of type "validation_response" is recorded
    When the result is applied
    Then it ends applied

  @R177
  Scenario: A blocking finding stops the plan as a failed check does, after as many fixes
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the action also says
      """
      reviewActor:
        kind: steps
        steps:
          - finding: { severity: blocking, path: b.txt, line: 1, text: "two should be three" }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of REVIEW_BLOCKED
    And the error names "after 3 fixes: b.txt:1: two should be three"
    When the result is applied
    Then it is refused as PHASE_GUARD
    And the checkout is as it was

  @durable @R177
  Scenario: The agent fixes a blocking finding, and the next review passes
    Given an action that says
      """
      definitionOfDone: b.txt says two
      executionActor:
        kind: steps
        steps:
          - write: { path: b.txt, content: "tow\n" }
          - if: { role: fix }
            write: { path: b.txt, content: "two\n" }
      reviewActor:
        kind: command
        argv:
          - sh
          - -c
          - |
            cat > "$TROUPE_DIRECTORY/prompt.txt"
            if grep -q '^+tow' "$TROUPE_DIRECTORY/prompt.txt" && grep -q 'b.txt says two' "$TROUPE_DIRECTORY/prompt.txt"
            then echo '{"finding": {"severity": "blocking", "path": "b.txt", "line": 1, "text": "it says tow"}}'
            fi
            echo '{"type": "result", "summary": "looked"}'
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And there are no findings
    And the result changes exactly
      | b.txt |
    And in the result "b.txt" begins with "two"

  @R177
  Scenario: A reviewer that gives no review is a failure, not a result without findings
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the action also says
      """
      reviewActor: { kind: command, argv: [echo, "This is wrong, do not apply it."] }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of AGENT_FAILED
    And the error names "gave no review"

  @terminal @durable @R178
  Scenario: The applyActor writes the message of the commit, and it is shown before
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the action also says
      """
      applyActor:
        kind: steps
        steps:
          - message: { subject: "Add b", body: "The goal was: {{goal}}" }
      commit: { planId: true }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the message that is shown begins with "Add b\n\nThe goal was: do the task\n\nTroupe-Plan: "
    When the result is applied
    Then it ends applied
    And the message of the last commit is the one that was shown

  @R178
  Scenario: If the applyActor fails, the default message is used
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the action also says
      """
      applyActor: { kind: command, argv: [sh, -c, "exit 3"] }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the message that is shown begins with "do the task"
    When the result is applied
    Then it ends applied
    And the message of the last commit is the one that was shown
