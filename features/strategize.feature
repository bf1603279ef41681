Feature: Planning
  A plan first strategizes, without changing a file, and shows its decisions before it executes.

  Background:
    Given a repository with
      | path   | content |
      | a.txt  | one     |

  @terminal @R83 @R100
  Scenario: Making a plan strategizes by itself and leaves decisions to read
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
    When the plan is made
    Then it rests in strategize.complete
    And the checkout is as it was

  @R82 @R5 @R70
  Scenario: The decisions form a tree with one root, and spawns are data
    Given an action that splits the work into
      | goal    | writes | content | scope |
      | write b | b.txt  | two     | b.txt |
    When the plan is made
    Then it has exactly one root decision, and it is the prompt_definition
    And a decision of type "subplan_parallel_spawn" has the goal "write b" and the scope "b.txt"

  @R127 @R83
  Scenario: A strategy that writes is stopped, and nothing of it survives
    Given an action that says
      """
      strategyActor:
        kind: steps
        steps:
          - write: { path: sneaked.txt, content: hello }
      """
    When the plan is made
    Then it rests in strategize.errored
    And the checkout is as it was

  @R127 @R126
  Scenario: A program that writes while planning is found out by its files
    Given an action that says
      """
      strategyActor:
        kind: command
        argv: [sh, -c, "echo sneaked > sneaked.txt"]
      """
    When the plan is made
    Then it rests in strategize.errored because of READ_ONLY_BREACH
    And the error names "sneaked.txt"
    And the checkout is as it was

  @terminal @R109
  Scenario: An unknown profile is an error, not a fall-back
    When the plan is made with the profile "daring"
    Then it is refused as UNKNOWN_PROFILE

  @R108
  Scenario Outline: With confidence <confidence> the profile "<profile>" comes to <place> by itself
    Given an action whose strategist is <confidence> certain
    When the plan is made with the profile "<profile>"
    Then it rests in <place>

    Examples:
      | profile  | confidence | place               |
      | cautious | 0.7        | strategize.complete |
      | cautious | 0.8        | execute.complete    |
      | trusted  | 0.7        | execute.complete    |

  @R108
  Scenario: The profile "manual" never begins by itself
    When the plan is made with the profile "manual"
    Then it waits in strategize.queued

  @R110 @R111
  Scenario: A plan keeps the whole profile it was made with
    When the plan is made
    Then the plan's profile is "supervised", with every threshold

  @R56 @R57
  Scenario: An action shows every field it was created with
    Given an action that says
      """
      description: rename things
      definitionOfDone: nothing is called foo
      applyActor: reviewer
      automationProfile: cautious
      invariants: [keep the public names]
      readOnly: true
      """
    When the action is stored
    Then the stored action says the same

  @terminal @R57 @R65
  Scenario: An unknown key of an action is refused by its name
    Given an action that says
      """
      inputsSchema: {}
      """
    When the plan is made
    Then it is refused as UNKNOWN_KEY
    And the message names "inputsSchema"

  @terminal @R179
  Scenario: An action that is not reusable makes one plan
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    And the action also says
      """
      reusable: false
      """
    When the plan is made
    And the plan is made
    Then it is refused as INVALID_ACTION
    And the message names "may be used for one plan"
    When it is cancelled because of "not yet"
    And the plan is made
    And it is executed
    Then it rests in execute.complete
