Feature: Agents that are installed
  A person has an agent, types a goal in one line, and reviews what it made.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @R220
  Scenario: A goal in one line with claude
    Given the agent "claude" is installed
    When I type "troupe run 'write b.txt' --agent claude --check 'test -s b.txt'"
    Then it exits with 0
    And its output matches "Result: 1 file .* · 0/0 subplans · 1/1 checks? · 0 conflicts"
    When I type "troupe plan logs"
    Then its output names "writes b.txt" before "runs npm test"
    When I type "troupe plan apply --yes --branch done"
    Then it exits with 0
    And the branch "done" is 1 commit further and changes exactly
      | b.txt |

  @R220 @R229
  Scenario: A goal that the agent splits, although its first answer cannot be read
    Given the agent "claude" is installed
    When I type "troupe run 'clumsily write b.txt and write c.txt' --agent claude --split --apply --yes --branch done"
    Then it exits with 0
    And its output matches "2/2 subplans"
    And the branch "done" is 1 commit further and changes exactly
      | b.txt |
      | c.txt |

  @R231
  Scenario: The agent that made the work mends it in the same session, which I open myself afterwards
    Given the agent "claude" is installed
    When I type "troupe run 'write b.txt' --agent claude --check 'test -s mended.txt'"
    Then it exits with 0
    When I type "troupe plan logs"
    Then its output names "session c0ffee00-0000-4000-8000-000000000000" before "continues session c0ffee00-0000-4000-8000-000000000000"
    When I type "troupe agent resume"
    Then it exits with 0
    And its output matches "cd .* && claude --resume c0ffee00-0000-4000-8000-000000000000"

  @R248
  Scenario: The action of a goal is kept and used for another goal
    Given the agent "claude" is installed
    When I type "troupe run 'write b.txt' --agent claude --save again.yaml"
    And I type "troupe run -f again.yaml 'write c.txt' --apply --yes --branch done"
    Then it exits with 0
    And the branch "done" is 1 commit further and changes exactly
      | c.txt |

  @R220
  Scenario: An agent that is not known is named with the one that was meant
    When I type "troupe run 'write b.txt' --agent cluade"
    Then it exits with 2
    And its errors name "did you mean claude?"
    And its errors name "troupe agent list"
