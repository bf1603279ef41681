Feature: The command line
  A person or a script runs commands. Both learn what happened, where, and what to run next.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @R101
  Scenario: From an action to a branch in one line
    Given the file "greet.yaml" says
      """
      name: local/greet
      description: greet a person
      arguments: { who: { required: true } }
      executionActor:
        kind: steps
        steps:
          - write: { path: hello.txt, content: "hello\n" }
      """
    When I type "troupe run -f greet.yaml --arg who=Ada --apply --yes --branch troupe/hello"
    Then it exits with 0
    And the branch "troupe/hello" is 1 commit further and changes exactly
      | hello.txt |

  @R120 @R139
  Scenario: Machine output is one document, also when something fails
    When I type "troupe plan status --json"
    Then it exits with 2
    And it printed one document that says failed with code UNKNOWN_PLAN

  @R139
  Scenario: Streamed output begins with hello and ends with a result, also when something fails
    When I type "troupe plan status --format jsonl"
    Then it exits with 2
    And its first line is a hello and its last line a result

  @R125
  Scenario: Without a terminal an approval that is needed fails at once and names the flag
    Given the file "greet.yaml" says
      """
      name: local/greet
      description: greet a person
      executionActor:
        kind: steps
        steps:
          - write: { path: hello.txt, content: "hello\n" }
      """
    When I type "troupe run -f greet.yaml"
    Then it exits with 0
    When I type "troupe plan apply --no-input"
    Then it exits with 6
    And its errors name "--yes"

  Scenario Outline: <mistake> gives an error with a code, a place and a next command
    When I type "<command>"
    Then it exits with <exit>
    And its errors name "<code>"
    And its errors name "try:"
    And it printed nothing else

    Examples:
      | mistake             | command                          | exit | code           |
      | A missing file      | troupe run -f nowhere.yaml       | 2    | FILE_NOT_FOUND |
      | An unknown plan     | troupe plan status 7Q3K2M9P      | 2    | UNKNOWN_PLAN   |
      | An unknown action   | troupe plan use --action renmae  | 2    | UNKNOWN_ACTION |
      | A mistyped command  | troupe plan aply                 | 2    | USAGE          |

  Scenario: Help shows examples first
    When I type "troupe help plan apply"
    Then it exits with 0
    And its output names "troupe plan apply --yes --branch troupe/rename" before "--dry-run  "

  @R164
  Scenario: The summary line says what was measured
    Given the file "greet.yaml" says
      """
      name: local/greet
      description: greet a person
      executionActor:
        kind: steps
        steps:
          - write: { path: hello.txt, content: "hello\n" }
      validations:
        - { name: there, argv: [test, -f, hello.txt] }
      """
    When I type "troupe run -f greet.yaml"
    Then it exits with 0
    And its output matches "Result: 1 file \(\+1 [−-]0\) · 0/0 subplans · 1/1 checks? · 0 conflicts"

  @R143
  Scenario: A plan starts from the commit that is named, and says from which
    Given the file "greet.yaml" says
      """
      name: local/greet
      description: greet
      executionActor: { kind: command, argv: [sh, -c, "cat a.txt > seen.txt"] }
      """
    When someone commits "a.txt"
    And I type "troupe run -f greet.yaml --base main~1 --apply --yes --branch from-before"
    Then it exits with 0
    And its errors name the commit before
    And on the branch "from-before" "seen.txt" is "one"
    And the branch "from-before" is 1 commit after the one before
    When I type "troupe run -f greet.yaml --base no-such-ref"
    Then it exits with 2
    And its errors name "no-such-ref"
