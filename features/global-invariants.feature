Feature: Invariants and profiles beyond one plan
  An invariant is added once, for the project or for all of them; a profile says how much a plan may do by itself.

  Background:
    Given a repository with
      | path       | content |
      | a.txt      | one     |
      | .gitignore | .env    |
    And the file "lock.yaml" says
      """
      name: local/lock
      description: lock what is used
      executionActor:
        kind: steps
        steps:
          - write: { path: app.lock, content: "x\n" }
      """

  @R114
  Scenario: An invariant of the project stops every plan that violates it
    When I type 'troupe invariant add no-lock-files --project --check {"kind":"paths","deny":["*.lock"]}'
    Then it exits with 0
    When I type "troupe run -f lock.yaml"
    Then it exits with 3
    And its errors name "INVARIANT_VIOLATED"
    And its errors name "app.lock"
    When I type "troupe invariant list"
    Then its output matches "project +no-lock-files \(checked by paths\)"

  @R114
  Scenario: A global invariant that may not be overridden holds against one of a plan
    When I type 'troupe invariant add no-lock-files --global --non-overridable --check {"kind":"paths","deny":["*.lock"]}'
    Then it exits with 0
    When I type "troupe run -f lock.yaml --invariant no-lock-files"
    Then it exits with 3
    And its errors name "INVARIANT_VIOLATED"

  @R108
  Scenario: A profile says beforehand what it will ask, and a plan keeps to it
    When I type "troupe profile show manual"
    Then its output matches "runCommands +1 +asks a person"
    When I type "troupe run -f lock.yaml --profile manual"
    Then it exits with 6
    And its errors name "The strategy waits for your go-ahead"
    And its errors name "try: troupe plan execute"
    When I type "troupe plan execute"
    Then it exits with 6
    And its errors name "asks to write app.lock"
    And its errors name "try: troupe plan approve"
    When I type "troupe run -f lock.yaml --profile trusted"
    Then it exits with 0
    And its output matches "execute complete +lock what is used"

  Scenario: A sandbox is set up before programs run in it, and what was put there is no part of the result
    Given the file ".env" says
      """
      KEY=1
      """
    And the file "set.yaml" says
      """
      name: local/set
      description: use what git ignores
      setup: { include: [.env] }
      executionActor:
        kind: command
        argv: [sh, -c, "cp .env seen.txt"]
      """
    When I type "troupe run -f set.yaml --apply --yes --branch troupe/set"
    Then it exits with 0
    And the branch "troupe/set" is 1 commit further and changes exactly
      | seen.txt |
