Feature: What is kept
  A plan can be taken along and told again; damage is noticed, said, and mended as far as it can be.

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
  Scenario: An exported plan tells its story, and a line that is missing is named
    When I type "troupe export --output story.jsonl"
    And I type "troupe replay --dry story.jsonl"
    Then it exits with 0
    And its output matches "Write a file: execute complete$"
    And its output matches "each as it was written; nothing was done$"
    When line 3 of "story.jsonl" is dropped
    And I type "troupe replay --dry story.jsonl"
    Then it exits with 1
    And its errors name "Line 3 of the export is missing"

  Scenario: A store with a file cut short is not run on, and is mended
    When the newest file of the store is cut short
    And I type "troupe plan status"
    Then its errors name "STORE_DAMAGED"
    And its errors name "troupe doctor --repair"
    When I type "troupe doctor --repair"
    Then it exits with 0
    And its output matches "lost: "
    When I type "troupe run -f one.yaml"
    Then it exits with 0
