package com.backlox.lox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;

/** Expectations and equality of JSON. */
final class Matching {
  private Matching() {}

  /** Holds a value, null if it is absent, against what is wanted of it. */
  static void match(String at, JsonNode want, JsonNode got) throws Failure {
    String matcher = want.isObject() && want.size() == 1 ? want.fieldNames().next() : "";
    if (matcher.startsWith("$")) {
      if (matcher.equals("$absent") ? got != null : got == null || !holds(matcher, want.get(matcher), got)) {
        throw new Failure(at + ": expected " + want + ", " + came(got));
      }
    } else if (want.isObject() && got != null && got.isObject()) {
      for (Map.Entry<String, JsonNode> member : want.properties()) {
        match(at + "." + member.getKey(), member.getValue(), got.get(member.getKey()));
      }
    } else if (want.isArray() && got != null && got.isArray() && want.size() == got.size()) {
      for (int i = 0; i < want.size(); i++) {
        match(at + "[" + i + "]", want.get(i), got.get(i));
      }
    } else if (want.isContainerNode() || got == null || !equal(want, got)) {
      throw new Failure(at + ": expected " + want + ", " + came(got));
    }
  }

  private static String came(JsonNode got) {
    return got == null ? "is absent" : "came " + got;
  }

  static boolean matches(JsonNode want, JsonNode got) {
    try {
      match("", want, got);
      return true;
    } catch (Failure e) {
      return false;
    }
  }

  private static boolean holds(String matcher, JsonNode argument, JsonNode got) throws Failure {
    switch (matcher) {
      case "$any":
        return true;
      case "$matches":
        return got.isTextual() && Pattern.compile(Variables.written(argument)).matcher(got.textValue()).find();
      case "$atLeast":
        return number(got).compareTo(number(argument)) >= 0;
      case "$atMost":
        return number(got).compareTo(number(argument)) <= 0;
      case "$length":
        return number(argument).compareTo(BigDecimal.valueOf(length(got))) == 0;
      case "$contains":
        for (JsonNode element : got) {
          if (got.isArray() && matches(argument, element)) {
            return true;
          }
        }
        return false;
      case "$not":
        return !matches(argument, got);
      default:
        throw new Failure(matcher + ": no such matcher");
    }
  }

  private static int length(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue().codePointCount(0, value.textValue().length());
    }
    return value.isContainerNode() ? value.size() : -1;
  }

  /** Reads what is a number, or the text of one as in a header. */
  static BigDecimal number(JsonNode value) throws Failure {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    try {
      return new BigDecimal(value.isTextual() ? value.textValue() : "");
    } catch (NumberFormatException e) {
      throw new Failure(value + " is no number");
    }
  }

  /** Compares numbers by value, times as instants. */
  static boolean equal(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.getNodeType() != b.getNodeType() || a.size() != b.size()) {
      return false;
    }
    if (a.isObject()) {
      return a.properties().stream().allMatch(member -> b.has(member.getKey())
          && equal(member.getValue(), b.get(member.getKey())));
    }
    for (int i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return a.isArray() || a.equals(b) || a.isTextual() && sameInstant(a.textValue(), b.textValue());
  }

  private static boolean sameInstant(String a, String b) {
    try {
      return OffsetDateTime.parse(a).isEqual(OffsetDateTime.parse(b));
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
