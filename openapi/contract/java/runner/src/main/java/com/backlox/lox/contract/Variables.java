package com.backlox.lox.contract;

import com.backlox.lox.contract.Scenario.Answer;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that stand behind {@code ${name}}. */
class Variables {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)\\}");
  private static final Pattern NOW = Pattern.compile("now(?:\\+(\\d+))?");
  private static final String HEADER = "$response.header.";
  private static final String BODY = "$response.body";

  private final Map<String, JsonNode> values;

  Variables(Map<String, JsonNode> values) {
    this.values = new HashMap<>(values);
  }

  void set(String name, JsonNode value) {
    values.put(name, value);
  }

  /** Puts values in place of their names, everywhere in a value. */
  JsonNode fill(JsonNode value) throws Failure {
    if (value == null) {
      return null;
    }
    if (value.isTextual()) {
      return fill(value.textValue());
    }
    if (value.isObject()) {
      ObjectNode filled = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        filled.set(member.getKey(), fill(member.getValue()));
      }
      return filled;
    }
    if (value.isArray()) {
      ArrayNode filled = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : value) {
        filled.add(fill(element));
      }
      return filled;
    }
    return value;
  }

  private JsonNode fill(String text) throws Failure {
    Matcher name = VARIABLE.matcher(text);
    if (name.matches()) {
      return lookUp(name.group(1));
    }
    name.reset();
    StringBuilder filled = new StringBuilder();
    while (name.find()) {
      name.appendReplacement(filled, Matcher.quoteReplacement(written(lookUp(name.group(1)))));
    }
    return TextNode.valueOf(name.appendTail(filled).toString());
  }

  /** What is to be a string, filled. */
  String text(String text) throws Failure {
    return written(fill(text));
  }

  private JsonNode lookUp(String name) throws Failure {
    Matcher now = NOW.matcher(name);
    if (now.matches()) {
      long ahead = now.group(1) == null ? 0 : Long.parseLong(now.group(1));
      return TextNode.valueOf(Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(ahead).toString());
    }
    JsonNode value = values.get(name);
    if (value == null) {
      throw new Failure("no variable ${" + name + "}");
    }
    return value;
  }

  /** A value as text: a string as it is, anything else as JSON, a number without an exponent or needless zeros. */
  static String written(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().stripTrailingZeros().toPlainString();
    }
    return value.isTextual() ? value.textValue() : value.toString();
  }

  /** Takes a value from an answer by one of OpenAPI's runtime expressions. */
  static JsonNode evaluate(String expression, Answer answer) throws Failure {
    if (expression.startsWith(HEADER)) {
      String name = expression.substring(HEADER.length());
      return TextNode.valueOf(answer.headers().firstValue(name).orElseThrow(() -> new Failure("no header " + name)));
    }
    if (!expression.equals(BODY) && !expression.startsWith(BODY + "#")) {
      throw new Failure(expression + ": must begin with " + BODY + " or " + HEADER);
    }
    if (answer.body() == null) {
      throw new Failure(expression + ": the body is no JSON");
    }
    String pointer = expression.substring(BODY.length()).replaceFirst("^#", "");
    JsonNode value = answer.body().at(JsonPointer.compile(pointer));
    if (value.isMissingNode()) {
      throw new Failure(expression + ": is absent");
    }
    return value;
  }
}
