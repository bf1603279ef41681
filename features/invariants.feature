Feature: Invariants
  An invariant holds at every phase boundary. A plan that violates it stops there.

  Background:
    Given a repository with
      | path       | content |
      | src/a.txt  | one     |
      | docs/b.txt | two     |

  @terminal
  Scenario: A change outside the allowed paths stops the plan
    Given an action that writes
      | path       | content |
      | src/a.txt  | changed |
      | docs/b.txt | changed |
    And the invariant "only the sources change" on the paths "src/**"
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of INVARIANT_VIOLATED
    And the error names "docs/b.txt"
    And the checkout is as it was

  Scenario: A change within them passes
    Given an action that writes
      | path      | content |
      | src/a.txt | changed |
    And the invariant "only the sources change" on the paths "src/**"
    When the plan is made
    And it is executed
    Then it rests in execute.complete

  @terminal
  Scenario: An invariant for a project that the plan does not work on is refused by name
    Given an action that writes
      | path      | content |
      | src/a.txt | changed |
    And the action also says
      """
      invariants:
        - { text: nothing changes, check: { kind: maxFilesChanged, max: 0 }, project: lib }
      """
    When the plan is made
    Then it is refused as INVALID_ACTION
    And the message names "nothing changes"
    And the message names "lib"

  Scenario: An invariant can be a program that runs in the sandbox
    Given an action that writes
      | path      | content |
      | src/a.txt | changed |
    And the invariant "it still says one" checked by "grep -q one src/a.txt"
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of INVARIANT_VIOLATED

  @R21 @R114
  Scenario: The invariants of an action all become invariants of the plan
    Given the action also says
      """
      invariants: [keep the public names, keep the licence]
      """
    When the plan is made
    Then the plan has the invariants
      | text                  | scope | origin |
      | keep the public names | plan  | action |
      | keep the licence      | plan  | action |

  @R74 @R94
  Scenario: The check of invariants is on record
    Given the action also says
      """
      invariants: [keep the public names]
      """
    When the plan is made
    And it is executed
    Then a decision of type "invariant_enforced" is recorded
    And an event "invariant.reconciled" counts 1 rule

  Scenario: A subplan may change only what is in its scope
    Given an action that splits the work into
      | goal    | writes     | content | scope |
      | stray   | docs/b.txt | changed | src   |
    And its subplans are run with
      | maxRetries | 0 |
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of OUT_OF_SCOPE
    And the part "stray" failed because of OUT_OF_SCOPE

  @R126
  Scenario: An agent that touches the user's own checkout is found out
    Given an action whose agent writes into the checkout
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of CHECKOUT_TOUCHED
    And the error names "trespass.txt"

  @R126
  Scenario: You may work in your checkout while a plan runs
    Given an action during whose work you save "notes.txt" in your checkout
    When the plan is made
    And it is executed
    Then it rests in execute.complete
    And the plan lists "notes.txt" as changed meanwhile

  @R126
  Scenario: Where the action says so, a change that nothing explains fails the plan
    Given an action during whose work you save "notes.txt" in your checkout
    And the action also says
      """
      checkoutGuard: fail
      """
    When the plan is made
    And it is executed
    Then it rests in execute.errored because of CHECKOUT_TOUCHED
    And the error names "notes.txt"

  @R126
  Scenario: Where the action says so, you are asked about a change that nothing explains
    Given an action during whose work you save "notes.txt" in your checkout
    And the action also says
      """
      checkoutGuard: ask
      """
    When the plan is made
    And it is executed
    Then it waits for approval at execute.processing
    When what waits is approved
    Then it rests in execute.complete

  @R147
  Scenario: A credential is never applied, even if a person wrote it
    Given an action whose agent writes a credential into "src/a.txt"
    When the plan is made
    And it is executed
    And the result is applied
    Then it rests in execute.complete because of INVARIANT_VIOLATED
    And the error names "src/a.txt"
    And the checkout is as it was
