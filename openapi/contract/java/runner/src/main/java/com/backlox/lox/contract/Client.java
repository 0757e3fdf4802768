package com.backlox.lox.contract;

import static com.backlox.lox.contract.Matching.equal;

import com.backlox.lox.ApiClient;
import com.backlox.lox.ApiException;
import com.backlox.lox.ApiResponse;
import com.backlox.lox.Lox;
import com.backlox.lox.contract.Scenario.Answer;
import com.backlox.lox.model.WebhookEvent;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls operations by their names through the generated client, and checks what it makes of the answers. */
class Client {
  private static final String MODELS = "com.backlox.lox.model";

  private final HttpClient http;
  private final String base;
  private final Duration timeout;
  private final JsonNode document;
  private final Map<String, JsonNode> operations = new HashMap<>(); // of the document, by operationId

  Client(HttpClient http, String base, Duration timeout, Path document) throws IOException {
    this.http = http;
    this.base = base;
    this.timeout = timeout;
    this.document = Scenario.read(document, new TypeReference<>() {});
    this.document.path("paths").forEach(path -> path.forEach(operation ->
        operations.put(operation.path("operationId").asText(), operation)));
  }

  /** @param key null to send none */
  Answer call(String operation, Map<String, JsonNode> parameters, JsonNode body, String key) throws Failure {
    Wire wire = new Wire(http, key != null);
    Lox lox = new Lox(new ApiClient(wire, base, key, timeout));
    int status;
    HttpHeaders headers;
    Object typed;
    try {
      ApiResponse<?> response = (ApiResponse<?>) invoke(lox, operation, parameters, body);
      status = response.statusCode();
      headers = response.headers();
      typed = response.data();
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof ApiException refused) || refused.getCode() == 0) {
        throw new Failure(operation + ": " + e.getCause());
      }
      status = refused.getCode();
      headers = refused.getResponseHeaders();
      typed = refused.getError();
    } catch (ReflectiveOperationException e) {
      throw new Failure(operation + ": " + e);
    }
    String declared = declared(operation, status, headers);
    if (typed == null || !typed.getClass().getSimpleName().equals(declared)) {
      throw new Failure(operation + ": the document declares " + declared + " for this answer, the client took it for "
          + (typed == null ? "none" : typed.getClass().getSimpleName()) + ": " + status + " " + wire.came());
    }
    return new Answer(status, headers, wire.came().getBytes(StandardCharsets.UTF_8), again(typed, wire.came()));
  }

  private static Object invoke(Lox lox, String operation, Map<String, JsonNode> parameters, JsonNode body)
      throws ReflectiveOperationException, Failure {
    for (Method group : Lox.class.getDeclaredMethods()) {
      for (Method method : group.getReturnType().getMethods()) {
        if (method.getName().equals(operation + "WithHttpInfo")) {
          return method.invoke(group.invoke(lox), arguments(method, parameters, body));
        }
      }
    }
    throw new Failure("the client has no " + operation);
  }

  /** The arguments of a method, which has Java's names for the document's, and a body that is of a type of the models. */
  private static Object[] arguments(Method method, Map<String, JsonNode> parameters, JsonNode body) throws Failure {
    Map<String, JsonNode> given = new LinkedHashMap<>();
    parameters.forEach((name, value) -> given.put(name.replaceAll("[-_]", "").toLowerCase(), value));
    Parameter[] declared = method.getParameters();
    Object[] arguments = new Object[declared.length];
    for (int i = 0; i < declared.length; i++) {
      Class<?> type = declared[i].getType();
      if (type.getPackageName().equals(MODELS) && !type.isEnum()) {
        arguments[i] = convert(body, type);
        body = null;
      } else {
        arguments[i] = convert(given.remove(declared[i].getName().toLowerCase()), type);
      }
    }
    if (!given.isEmpty() || body != null) {
      throw new Failure(method.getName() + " takes no such parameters or body: " + given.keySet() + " " + body);
    }
    return arguments;
  }

  /** Makes a typed value. What it doesn't hold would not be sent, and is refused. */
  private static Object convert(JsonNode value, Class<?> type) throws Failure {
    if (value == null || value.isNull()) {
      return null;
    }
    if (type == String.class) {
      return Variables.written(value);
    }
    try {
      Object typed = ApiClient.JSON.convertValue(value, type);
      if (equal(value, ApiClient.JSON.valueToTree(typed))) {
        return typed;
      }
    } catch (IllegalArgumentException e) {
      throw new Failure(type.getSimpleName() + ": " + e.getMessage());
    }
    throw new Failure(type.getSimpleName() + " can't say " + value);
  }

  /** The name of the schema that the document declares for an answer, or none. */
  private String declared(String operation, int status, HttpHeaders headers) {
    String mediaType = headers.firstValue("Content-Type").orElse("").replaceFirst(" *;.*", "");
    JsonNode response = operations.get(operation).path("responses").path(String.valueOf(status));
    if (response.has("$ref")) {
      response = document.at(response.get("$ref").textValue().substring(1));
    }
    JsonNode schema = response.path("content").path(mediaType).path("schema").path("$ref");
    return schema.isTextual() ? schema.textValue().replaceFirst(".*/", "") : "none";
  }

  /** Decodes the body of a webhook into the type of the named schema, which the client finds by itself, too, and encodes it again. */
  static JsonNode event(String schema, String raw) throws Failure {
    try {
      Object found = ApiClient.JSON.readValue(raw, WebhookEvent.class).get();
      if (!found.getClass().getSimpleName().equals(schema)) {
        throw new Failure(schema + ": the client took it for " + found.getClass().getSimpleName());
      }
      again(found, raw);
      return again(ApiClient.JSON.readValue(raw, found.getClass()), raw);
    } catch (JsonProcessingException e) {
      throw new Failure(schema + ": " + e);
    }
  }

  /** Encodes a typed value and returns it decoded, which must be what came. */
  private static JsonNode again(Object typed, String raw) throws Failure {
    try {
      checkMembers(typed);
      String encoded = ApiClient.JSON.writeValueAsString(typed);
      JsonNode body = json(encoded);
      if (!equal(json(raw), body)) {
        throw new Failure(
            typed.getClass().getSimpleName() + " loses something:\ncame    " + raw + "\nencodes " + encoded);
      }
      return body;
    } catch (JsonProcessingException | ReflectiveOperationException e) {
      throw new Failure(e.toString());
    }
  }

  /**
   * Checks that only such members are null as the type declares to be, for Java's references take a null without a word, and
   * that there are none that the type doesn't know, which it would keep.
   */
  private static void checkMembers(Object typed) throws ReflectiveOperationException, Failure {
    if (typed instanceof Iterable<?> elements) {
      for (Object element : elements) {
        checkMembers(element);
      }
    } else if (typed != null && typed.getClass().getPackageName().equals(MODELS) && !typed.getClass().isEnum()) {
      for (Method getter : typed.getClass().getMethods()) {
        if (getter.getParameterCount() == 0 && getter.isAnnotationPresent(JsonProperty.class)) {
          Object member = getter.invoke(typed);
          if (member == null && !getter.getAnnotatedReturnType().isAnnotationPresent(Nullable.class)) {
            throw new Failure(typed.getClass().getSimpleName() + "." + getter.getName() + " is null");
          }
          checkMembers(member);
        } else if (getter.isAnnotationPresent(JsonAnyGetter.class) && !((Map<?, ?>) getter.invoke(typed)).isEmpty()) {
          throw new Failure(typed.getClass().getSimpleName() + " doesn't know " + getter.invoke(typed));
        }
      }
    }
  }

  /** Reads one JSON value, and nothing after it. */
  static JsonNode json(String text) throws JsonProcessingException {
    return ApiClient.JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(text);
  }
}
