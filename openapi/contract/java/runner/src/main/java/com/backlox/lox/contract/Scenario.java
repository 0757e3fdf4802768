package com.backlox.lox.contract;

import com.backlox.lox.ApiClient;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The table, as it is written. What a step leaves out is null. */
record Scenario(List<Chapter> chapters, List<Step> operations, Map<String, byte[]> payloads) {
  /** A field that no runner knows would check nothing: it is refused. */
  private static final ObjectMapper STRICT =
      ApiClient.JSON.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  record Chapter(String chapter, List<String> needs, Map<String, JsonNode> variables, List<Step> steps) {}

  /** {@code key} is null if the step names none, and JSON's null if it wants none. */
  record Step(
      String step, List<String> needs,
      String call, Map<String, JsonNode> parameters, JsonNode body, JsonNode key,
      Request request, Receive receive, @JsonProperty("wait") Wait pause, JsonNode control,
      String each, List<String> only, List<String> except, boolean bodies, int times, boolean eventually,
      Expect expect, Map<String, String> save) {

    Step {
      expect = expect == null ? new Expect(0, null, null, null) : expect;
    }

    private Step over(Step line) {
      Map<String, JsonNode> laid = new LinkedHashMap<>(orEmpty(line.parameters));
      laid.putAll(orEmpty(parameters));
      return new Step(step, needs, line.call, laid, body == null ? line.body : body, key, request, receive, pause,
          control, each, only, except, bodies, times, eventually, expect, save);
    }
  }

  record Request(String method, String url, JsonNode headers, String payload, String text) {}

  record Receive(String path, String event, List<String> secrets) {}

  record Wait(String until, JsonNode seconds, String after) {}

  record Expect(int status, Map<String, JsonNode> headers, JsonNode body, String payload) {}

  /** A step as it is taken once, and what tells it from the other times. */
  record Taken(Step step, String which) {}

  /** What a step came to; {@code body} is null if it is no JSON. */
  record Answer(int status, HttpHeaders headers, byte[] raw, JsonNode body) {
    String text() {
      return new String(raw, StandardCharsets.UTF_8);
    }
  }

  private record Payload(String text, String pattern, int size) {
    byte[] bytes() {
      String content = pattern == null ? text : pattern.repeat(size / pattern.length() + 1).substring(0, size);
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }

  static Scenario read(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory.resolve("scenario"))) {
      files = all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IOException("no scenario in " + directory);
    }
    List<Chapter> chapters = new ArrayList<>();
    for (Path file : files) {
      chapters.add(read(file, new TypeReference<>() {}));
    }
    Map<String, byte[]> payloads = new LinkedHashMap<>();
    read(directory.resolve("payloads.yaml"), new TypeReference<Map<String, Payload>>() {})
        .forEach((name, payload) -> payloads.put(name, payload.bytes()));
    return new Scenario(chapters, read(directory.resolve("operations.yaml"), new TypeReference<>() {}), payloads);
  }

  static <T> T read(Path file, TypeReference<T> type) throws IOException {
    LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).setSchema(new CoreSchema()).build();
    Object content = new Load(settings).loadFromString(Files.readString(file));
    try {
      return STRICT.convertValue(content, type);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** What a step comes to: itself, or one for each operation or each time. */
  List<Taken> taken(Step step) {
    List<Taken> all = new ArrayList<>();
    if (step.each() != null) {
      for (Step line : operations) {
        boolean chosen = (step.only() == null || step.only().contains(line.call()))
            && !orEmpty(step.except()).contains(line.call());
        if (chosen && (!step.bodies() || line.body() != null)) {
          all.add(new Taken(step.over(line), " " + line.call()));
        }
      }
    } else if (step.times() == 0) {
      all.add(new Taken(step, ""));
    } else {
      for (int i = 1; i <= step.times(); i++) {
        all.add(new Taken(step, " " + i));
      }
    }
    return all;
  }

  static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }

  static <K, V> Map<K, V> orEmpty(Map<K, V> map) {
    return map == null ? Map.of() : map;
  }
}
