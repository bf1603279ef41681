Feature: Cleaning up
  Unused data can be removed. It is listed first, and data in use is never removed.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And the file "one.yaml" says
      """
      name: local/one
      description: Write a file
      executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1" } }] }
      """

  @R130 @R133 @R156
  Scenario: A plan that waits for a person stays; a cancelled one is listed, and removed with --delete
    When I type "troupe run -f one.yaml"
    And I type "troupe gc --older-than 0s --max-size 0B --delete"
    Then its output matches "^nothing to clean up; 1 plan stays"
    When I type "troupe plan cancel --yes"
    And I type "troupe gc --max-size 0B"
    Then its output matches "^plan .* Write a file"
    And its output matches "^would remove 1 item, .*; 0 plans stay"
    And its output matches "next: troupe gc --delete"
    When I type "troupe gc --max-size 0B --delete"
    Then its output matches "^removed 1 item"
    When I type "troupe plan status"
    Then it exits with 2
    And its errors name "UNKNOWN_PLAN"
