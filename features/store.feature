Feature: Store
  A plan can be exported and replayed; damage is detected, reported, and repaired as far as possible.

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
    When I type "troupe run -f one.yaml"
    Then it exits with 0

  @R159
  Scenario: An exported plan can be replayed, and a missing line is named
    When I type "troupe export --output story.jsonl"
    And I type "troupe replay --dry story.jsonl"
    Then it exits with 0
    And its output matches "Write a file: execute complete$"
    And its output matches "each as it was written; nothing was done$"
    When line 3 of "story.jsonl" is dropped
    And I type "troupe replay --dry story.jsonl"
    Then it exits with 1
    And its errors name "Line 3 of the export is missing"

  Scenario: A store with a truncated file is not used, and can be repaired
    When the newest file of the store is cut short
    And I type "troupe plan status"
    Then its errors name "STORE_DAMAGED"
    And its errors name "troupe doctor --repair"
    When I type "troupe doctor --repair"
    Then it exits with 0
    And its output matches "lost: "
    When I type "troupe run -f one.yaml"
    Then it exits with 0
