package com.backlox.lox.contract;

import com.backlox.lox.ApiClient;
import com.backlox.lox.ApiException;
import com.backlox.lox.ApiResponse;
import com.backlox.lox.Lox;
import com.backlox.lox.model.WebhookEvent;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The adapter of the Java client. The README of the contract says what an adapter does. */
public final class Adapter {
  private static final String MODELS = "com.backlox.lox.model";
  /** Longer than any request may take. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private Adapter() {}

  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode request = ApiClient.JSON.readTree(line);
      ObjectNode reply = ApiClient.JSON.createObjectNode();
      try {
        answer(request, reply);
      } catch (Exception e) { // anything that the client raises
        reply.put("error", String.valueOf(e instanceof InvocationTargetException ? e.getCause() : e));
      }
      reply.set("id", request.get("id"));
      out.print(ApiClient.JSON.writeValueAsString(reply) + "\n");
      out.flush();
    }
  }

  private static void answer(JsonNode request, ObjectNode reply) throws Exception {
    switch (request.get("do").textValue()) {
      case "call" -> call(request, reply);
      case "request" -> send(request, reply);
      case "verify" -> verify(request, reply);
      case "event" -> encode(ApiClient.JSON.readValue(text(request), WebhookEvent.class).get(), reply);
      default -> throw new IllegalArgumentException("do: " + request.get("do"));
    }
  }

  /** Calls an operation by the method of the client that has its name. */
  private static void call(JsonNode request, ObjectNode reply) throws Exception {
    // The client always sends a key. An empty key stands for none.
    Lox lox = new Lox(new ApiClient(HTTP, request.get("base").textValue(), request.get("key").asText(""), TIMEOUT));
    int status;
    HttpHeaders headers;
    Object typed;
    try {
      ApiResponse<?> response = (ApiResponse<?>) invoke(lox, request);
      status = response.statusCode();
      headers = response.headers();
      typed = response.data();
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof ApiException refused) || refused.getError() == null) {
        throw e;
      }
      status = refused.getCode();
      headers = refused.getResponseHeaders();
      typed = refused.getError();
    }
    encode(typed, reply);
    reply.put("status", status);
    reply.set("headers", flat(headers));
  }

  private static Object invoke(Lox lox, JsonNode request) throws ReflectiveOperationException {
    String name = request.get("operation").textValue() + "WithHttpInfo";
    for (Method group : Lox.class.getDeclaredMethods()) {
      for (Method method : group.getReturnType().getMethods()) {
        if (method.getName().equals(name)) {
          return method.invoke(group.invoke(lox), arguments(method, request));
        }
      }
    }
    throw new NoSuchMethodException(name);
  }

  /** Returns the arguments of a method. The body is the parameter of a model's type; the others have the document's names in camel case. */
  private static Object[] arguments(Method method, JsonNode request) {
    Map<String, JsonNode> given = new HashMap<>();
    request.get("path").forEach(p -> given.put(normalized(p.get("name").textValue()), p.get("value")));
    for (String place : List.of("query", "header")) {
      request.get(place).properties().forEach(p -> given.put(normalized(p.getKey()), p.getValue()));
    }
    Parameter[] declared = method.getParameters();
    Object[] arguments = new Object[declared.length];
    for (int i = 0; i < declared.length; i++) {
      Class<?> type = declared[i].getType();
      boolean isBody = type.getPackageName().equals(MODELS) && !type.isEnum();
      JsonNode value = isBody ? request.get("body") : given.get(declared[i].getName().toLowerCase());
      if (value != null) {
        arguments[i] = type == String.class ? value.asText() : ApiClient.JSON.convertValue(value, type);
      }
    }
    return arguments;
  }

  private static String normalized(String name) {
    return name.replaceAll("[-_]", "").toLowerCase();
  }

  /** Encodes what the client decoded. */
  private static void encode(Object typed, ObjectNode reply) throws ReflectiveOperationException, JsonProcessingException {
    checkMembers(typed);
    reply.put("type", typed.getClass().getSimpleName());
    reply.set("value", ApiClient.JSON.readTree(ApiClient.JSON.writeValueAsString(typed)));
  }

  /**
   * Checks that a member is null only if the type declares it nullable, because Java accepts null for any reference. Checks,
   * too, that there are no members that the type doesn't declare, because the client would keep them.
   */
  private static void checkMembers(Object typed) throws ReflectiveOperationException {
    if (typed instanceof Iterable<?> elements) {
      for (Object element : elements) {
        checkMembers(element);
      }
    } else if (typed != null && typed.getClass().getPackageName().equals(MODELS) && !typed.getClass().isEnum()) {
      String type = typed.getClass().getSimpleName();
      for (Method getter : typed.getClass().getMethods()) {
        if (getter.getParameterCount() == 0 && getter.isAnnotationPresent(JsonProperty.class)) {
          Object member = getter.invoke(typed);
          if (member == null && !getter.getAnnotatedReturnType().isAnnotationPresent(Nullable.class)) {
            throw new IllegalStateException(type + "." + getter.getName() + " is null");
          }
          checkMembers(member);
        } else if (getter.isAnnotationPresent(JsonAnyGetter.class) && !((Map<?, ?>) getter.invoke(typed)).isEmpty()) {
          throw new IllegalStateException(type + " doesn't declare " + getter.invoke(typed));
        }
      }
    }
  }

  /** Makes a plain HTTP request. */
  private static void send(JsonNode request, ObjectNode reply) throws IOException, InterruptedException {
    byte[] content = content(request);
    HttpRequest.Builder out = HttpRequest.newBuilder(URI.create(request.get("url").textValue())).timeout(TIMEOUT)
        .method(request.get("method").textValue(), content.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(content));
    request.path("headers").properties().forEach(header -> out.setHeader(header.getKey(), header.getValue().textValue()));
    HttpResponse<byte[]> response = HTTP.send(out.build(), BodyHandlers.ofByteArray());
    reply.put("status", response.statusCode());
    reply.set("headers", flat(response.headers()));
    reply.put("content", response.body());
  }

  private static ObjectNode flat(HttpHeaders headers) {
    ObjectNode flat = ApiClient.JSON.createObjectNode();
    headers.map().forEach((name, values) -> flat.put(name, String.join(", ", values)));
    return flat;
  }

  /** Tells whether a webhook is signed with the secret. */
  private static void verify(JsonNode request, ObjectNode reply) throws IOException, EmptyWebhookSecretException {
    Map<String, List<String>> all = new HashMap<>();
    request.get("headers").properties().forEach(header -> all.put(header.getKey(), List.of(header.getValue().textValue())));
    boolean verified = true;
    try {
      // The map of HttpHeaders ignores the case of names.
      new Webhook(request.get("secret").textValue()).verify(text(request), HttpHeaders.of(all, (name, value) -> true).map());
    } catch (WebhookVerificationException e) {
      verified = false;
    }
    reply.put("verified", verified);
  }

  private static byte[] content(JsonNode request) throws IOException {
    return request.path("content").isTextual() ? request.get("content").binaryValue() : new byte[0];
  }

  private static String text(JsonNode request) throws IOException {
    return new String(content(request), StandardCharsets.UTF_8);
  }
}
