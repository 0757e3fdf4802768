package com.backlox.lox.contract;

/** Why a step fails: what was expected, and what came. */
class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }
}
