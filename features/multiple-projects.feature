Feature: Several projects
  One plan changes several repositories: each in a sandbox of its own, each applied by itself, none hidden by another.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And beside it the project "lib" with
      | path  | content |
      | a.txt | one     |
    And the file "both.yaml" says
      """
      name: local/both
      description: change both
      executionActor:
        kind: steps
        steps:
          - write: { path: main/new.txt, content: "for main\n" }
          - write: { path: lib/new.txt, content: "for lib\n" }
      """

  @R7 @R117
  Scenario: Each is changed, and each gets a commit of its own
    When I type "troupe run -f both.yaml --project lib=../lib"
    Then it exits with 0
    And in the project "lib" there is no "new.txt"
    When I type "troupe plan apply --dry-run"
    Then its output matches "To: the checkouts of main, lib$"
    When I type "troupe plan apply --yes"
    Then it exits with 0
    And in the checkout "new.txt" is "for main"
    And in the project "lib" "new.txt" is "for lib"
    And the project "lib" has 1 commit more

  @R117
  Scenario: A refusal in one project does not undo the apply in the other, and can be applied later
    Given in the project "lib" a hook that refuses
    When I type "troupe run -f both.yaml --project lib=../lib --apply --yes"
    Then it exits with 3
    And its errors name "HOOK_REFUSED"
    And its errors name "Applied to main, not to lib"
    And in the checkout "new.txt" is "for main"
    And the project "lib" has 0 commits more
    Given in the project "lib" no hook
    When I type "troupe plan apply --yes"
    Then it exits with 0
    And the project "lib" has 1 commit more
    And nothing was committed twice in the checkout

  @R117 @R145
  Scenario: A problem that is found beforehand leaves all of them unchanged
    Given in the project "lib" someone changes "a.txt" and "new.txt" without committing
    When I type "troupe run -f both.yaml --project lib=../lib --apply --yes"
    Then it exits with 2
    And its errors name "DIRTY_CHECKOUT"
    And the checkout is as it was but for "both.yaml"
    And in the project "lib" "new.txt" is "changed"

  @R7 @R28
  Scenario: A conflict says in which of them it is, and the other is left alone
    Given the file "clash.yaml" says
      """
      name: local/clash
      description: change one line twice
      strategyActor:
        kind: steps
        steps:
          - subplan: { goal: two, projectRef: lib, executionActor: { kind: steps, steps: [{ edit: { path: lib/a.txt, find: one, replace: two } }] } }
          - subplan: { goal: three, projectRef: lib, executionActor: { kind: steps, steps: [{ edit: { path: lib/a.txt, find: one, replace: three } }] } }
      executionActor: { kind: steps, steps: [] }
      """
    When I type "troupe run -f clash.yaml --project lib=../lib"
    Then it exits with 5
    And its errors name "conflict in lib/a.txt"
    When I type "troupe plan resolve lib/a.txt --take theirs"
    Then it exits with 0
    When I type "troupe plan apply --yes"
    Then it exits with 0
    And in the project "lib" "a.txt" is "three"
    And nothing was committed in the checkout

  @R117 @R162
  Scenario: Each project gets a patch of its own, and an existing file is not overwritten
    Given the file "result.lib.patch" says
      """
      of another plan
      """
    When I type "troupe run -f both.yaml --project lib=../lib --apply --yes --patch result.patch"
    Then it exits with 2
    And its errors name "FILE_EXISTS"
    When I type "troupe plan apply --yes --patch result.patch --force"
    Then it exits with 0
    And git takes the patch "result.main.patch" in the project "project"
    And git takes the patch "result.lib.patch" in the project "lib"
    And in the project "lib" "new.txt" is "for lib"
