Feature: Several clients on one plan
  The first command that works on a project's plans is their owner; the others connect to it. Closing a window stops no plan.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And the file "wait.yaml" says
      """
      name: local/wait
      description: wait for a sign
      executionActor:
        kind: command
        argv: [sh, -c, "echo at work; touch $HOME/started; while [ -e $HOME ] && [ ! -e $HOME/go ]; do sleep 0.02; done; echo done > done.txt"]
      """

  @R161
  Scenario: A run continues in the background, and is watched from another window
    When I type "troupe run -f wait.yaml -d"
    Then it exits with 0
    And its output matches "In the background  wait for a sign"
    When the work has started
    And I type "troupe plan status"
    Then its output matches "execute processing"
    When the sign to go on is given
    And I type "troupe plan logs --follow"
    Then it exits with 0
    When I type "troupe plan status"
    Then its output matches "execute complete"
    When I type "troupe owner stop"
    Then it exits with 0

  @R98 @R161
  Scenario: A command in one window sees what another window did
    When "troupe run -f wait.yaml" is typed in another window
    And the work has started
    And I type "troupe plan pause"
    Then it exits with 0
    And the other window ends
    When I type "troupe plan status"
    Then its output matches "execute paused"

  @R99
  Scenario: Of two executes at once one wins, and the other gets an error
    When "troupe run -f wait.yaml" is typed in another window
    And the work has started
    And I type "troupe plan execute"
    Then it exits with 10
    And its errors name "LOCK_CONFLICT"
    And its errors name "try: troupe"
    When the sign to go on is given
    Then the other window ends with 0

  @R123 @R161
  Scenario: The next command takes over from an owner that was killed
    When "troupe run -f wait.yaml" is typed in another window
    And the work has started
    And the other window is killed
    And the sign to go on is given
    And I type "troupe plan execute"
    Then it exits with 0
    And its output matches "execute complete"

  @R161
  Scenario: Closing the terminal of a run does not stop it
    When "troupe run -f wait.yaml" is typed in another window
    And the work has started
    And the terminal of the other window is closed
    And the sign to go on is given
    Then the other window ends with 0
    When I type "troupe plan status"
    Then its output matches "execute complete"
