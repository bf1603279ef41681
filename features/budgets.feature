Feature: Budgets
  The budget of a plan covers its subplans; when it is exhausted the work stops with an error, and is kept.

  Background:
    Given a repository with
      | path  | content |
      | a.txt | one     |

  @terminal @durable @R132
  Scenario: Subplans use the budget of their plan
    Given an action that splits the work into
      | goal    | writes | content |
      | write b | b.txt  | two     |
      | write c | c.txt  | three   |
      | write d | d.txt  | four    |
    And the action also says
      """
      budget: { toolCalls: 5 }
      subplans: { executionMode: sequential }
      """
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of BUDGET_EXHAUSTED
    And the plan rests because of "5 toolCalls"
    And the subplans are
      | goal    | state     |
      | write b | complete  |
      | write c | complete  |
      | write d | failed    |
    And the plan spent 5 tool calls
    And the checkout is as it was
