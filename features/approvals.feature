Feature: Approvals
  What a plan may not do by itself waits for approval, however long that takes, and continues with the answer.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |
    And an action that writes
      | path  | content |
      | b.txt | two     |
      | c.txt | three   |
    And the action also says
      """
      approvals: { execute: { writeFiles: ask } }
      """

  @terminal @R112 @R125 @R155
  Scenario: A call waits until it is approved, whatever happens to the program
    When the plan is made
    And it is executed
    Then it waits for approval at execute.processing
    When everything is closed and opened again
    And what waits is approved always
    Then it rests in execute.complete
    And the result changes exactly
      | b.txt |
      | c.txt |

  @terminal @R112
  Scenario: A call that is refused is not made
    When the plan is made
    And it is executed
    And what waits is refused because of "not now"
    Then it rests in execute.errored because of TOOL_REFUSED
    And the error names "not now"
    And the checkout is as it was

  @R108
  Scenario: A manual plan asks a person before everything
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made with the profile "manual"
    Then it rests in strategize.queued
    When it is executed
    Then it waits for approval at execute.processing

  @terminal @durable @R345
  Scenario: An agent asks you what it cannot know, and continues with your answer
    Given an action whose agent asks which store to use
    When the plan is made
    And it is executed
    Then it waits for approval at execute.processing
    When everything is closed and opened again
    And its question is answered with "2"
    Then it rests in execute.complete
    And in the result "store.txt" is
      """
      PostgreSQL
      """

  @R345
  Scenario: An agent that you do not answer decides itself
    Given an action whose agent asks which store to use
    When the plan is made
    And it is executed
    And what waits is refused because of "You choose."
    Then it rests in execute.complete
    And in the result "store.txt" is
      """
      my own choice
      """

  @R345
  Scenario: With a profile for work without a person nothing waits
    Given an action whose agent asks which store to use
    When the plan is made with the profile "ci"
    Then it rests in execute.complete
    And in the result "store.txt" is
      """
      my own choice
      """
