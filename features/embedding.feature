Feature: Embedding
  A program uses Troupe as a library: it gives the store, the project and the agents, and receives the events.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @R14 @R43 @R160
  Scenario: A program's own agent is called, and its tool calls do what they say
    Given a program's agent "scribe" that writes "b.txt" through the tool "builtin/write"
    And an action that says
      """
      executionActor: scribe
      """
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the result changes exactly
      | b.txt |
    And the journal has 1 call of "builtin/write", with the input that was sent

  @R39 @R40
  Scenario: Events of a plan come in one order, the same live and afterwards
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
    When the plan is made while a listener runs
    And it is executed
    Then the received events are the recorded events

  @R44
  Scenario: A listener that fails harms no other
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made while a listener runs and another stops at the first event
    And it is executed
    Then it rests in execute.complete
    And the received events are the recorded events

  Scenario: An agent that is not registered is named, with those that are
    Given a program's agent "scribe" that writes "b.txt" through the tool "builtin/write"
    And an action that says
      """
      executionActor: scrbe
      """
    When the plan is made
    Then the plan rests on or is refused with a message that names "scrbe"

  Scenario: After closing, nothing is left and everything is there again
    Given an action that writes
      | path  | content |
      | b.txt | two     |
    When the plan is made
    And it is executed
    And everything is closed and opened again
    Then it rests in execute.complete
    And the result changes exactly
      | b.txt |
