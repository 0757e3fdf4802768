package com.backlox.lox.contract;

import com.backlox.lox.ApiClient;
import com.backlox.lox.contract.Scenario.Answer;
import com.backlox.lox.contract.Scenario.Chapter;
import com.backlox.lox.contract.Scenario.Expect;
import com.backlox.lox.contract.Scenario.Request;
import com.backlox.lox.contract.Scenario.Step;
import com.backlox.lox.contract.Scenario.Taken;
import com.backlox.lox.contract.Scenario.Wait;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Acts out the scenario through the Java client: Runner openapi.yaml environment.json. Its README says what it does. */
public final class Runner {
  /** How long a webhook may be on its way, and an eventual step may fail. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  /** More than any answer takes. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
  /** Between two attempts of an eventual step. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What the runner is told. */
  record Environment(String scenario, List<String> offers, Map<String, JsonNode> variables, String listen) {}

  private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Instant> ended = new HashMap<>(); // steps, by name
  private final Environment environment;
  private final Scenario scenario;
  private final Variables variables;
  private final Client client;
  private final Receiver receiver;
  private int lines;

  public static void main(String[] args) {
    int status = 1;
    try {
      if (args.length != 2) {
        throw new IOException("usage: run ENVIRONMENT.json");
      }
      // A later version of LOX may send what this one's document doesn't name.
      Client.event("UnknownEvent", """
          {"event": "backup.restored", "timestamp": "2024-01-15T10:31:12Z", "data": {"id": "bkp_1", "sizes": [1, 2]}}""");
      new Runner(Path.of(args[0]), ApiClient.JSON.readValue(Path.of(args[1]).toFile(), Environment.class)).run();
      status = 0;
    } catch (Failure | IOException | InterruptedException | RuntimeException e) {
      System.err.println(e instanceof Failure ? e.getMessage() : e);
    }
    System.exit(status);
  }

  private Runner(Path document, Environment environment) throws IOException, Failure {
    this.environment = environment;
    scenario = Scenario.read(Path.of(environment.scenario()));
    variables = new Variables(environment.variables());
    if (!environment.variables().containsKey("run")) {
      variables.set("run", TextNode.valueOf(UUID.randomUUID().toString()));
    }
    scenario.payloads().forEach((name, content) -> {
      variables.set("payload." + name + ".size", IntNode.valueOf(content.length));
      variables.set("payload." + name + ".sha256", TextNode.valueOf(sha256(content)));
    });
    client = new Client(http, variables.text("${base}"), REQUEST_TIMEOUT, document);
    receiver = new Receiver(environment.listen());
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private void run() throws Failure, InterruptedException {
    for (Chapter chapter : scenario.chapters()) {
      for (Map.Entry<String, JsonNode> variable : Scenario.orEmpty(chapter.variables()).entrySet()) {
        variables.set(variable.getKey(), variables.fill(variable.getValue()));
      }
      for (Step step : chapter.steps()) {
        take(chapter, step);
        ended.put(step.step(), Instant.now());
      }
    }
    out.print("1.." + lines + "\n");
    out.flush();
  }

  /** Takes a step of the table as often as it says, or passes it over. */
  private void take(Chapter chapter, Step step) throws Failure, InterruptedException {
    String lacks = Stream.of(chapter.needs(), step.needs()).flatMap(needs -> Scenario.orEmpty(needs).stream())
        .filter(need -> !Scenario.orEmpty(environment.offers()).contains(need)).findFirst().orElse(null);
    for (Taken taken : scenario.taken(step)) {
      String title = ++lines + " - " + chapter.chapter() + ": " + step.step() + taken.which();
      if (lacks != null) {
        out.print("ok " + title + " # SKIP needs " + lacks + "\n");
        continue;
      }
      try {
        take(taken.step());
      } catch (Failure | IOException | RuntimeException e) {
        String why = e instanceof Failure ? e.getMessage() : e.toString();
        out.print("not ok " + title + "\n# " + why.replace("\n", "\n# ") + "\n");
        throw new Failure("a step failed");
      }
      out.print("ok " + title + "\n");
    }
  }

  /** Takes a step, once or until it meets its expectation. */
  private void take(Step step) throws Failure, IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        attempt(step);
        return;
      } catch (Failure | IOException | RuntimeException e) {
        if (!step.eventually() || Instant.now().isAfter(deadline)) {
          throw e;
        }
        sleep(Instant.now().plus(PAUSE));
      }
    }
  }

  private void attempt(Step step) throws Failure, IOException, InterruptedException {
    if (Stream.of(step.call(), step.request(), step.receive(), step.pause(), step.control())
        .filter(Objects::nonNull).count() != 1) {
      throw new Failure("the step must do one thing: call, request, receive, wait or control");
    }
    if (step.pause() != null) {
      sleep(end(step.pause()));
      return;
    }
    if (step.control() != null) {
      control(step.control());
      return;
    }
    Answer answer = step.call() != null ? call(step)
        : step.request() != null ? request(step.request()) : receive(step);
    try {
      meet(step.expect(), answer);
    } catch (Failure e) {
      String text = answer.text();
      throw new Failure(e.getMessage() + "\nthe answer: " + answer.status() + " " + answer.headers().map() + " "
          + text.substring(0, Math.min(2000, text.length())));
    }
    for (Map.Entry<String, String> save : Scenario.orEmpty(step.save()).entrySet()) {
      variables.set(save.getKey(), Variables.evaluate(save.getValue(), answer));
    }
  }

  /**
   * Calls an operation, and again after a 429 that the step doesn't expect: who runs this against a server of their own
   * may have a small plan.
   */
  private Answer call(Step step) throws Failure, InterruptedException {
    while (true) {
      Map<String, JsonNode> parameters = new HashMap<>();
      for (Map.Entry<String, JsonNode> parameter : Scenario.orEmpty(step.parameters()).entrySet()) {
        parameters.put(parameter.getKey(), variables.fill(parameter.getValue()));
      }
      String key = step.key() == null ? variables.text("${key}")
          : step.key().isNull() ? null : Variables.written(variables.fill(step.key()));
      Answer answer = client.call(step.call(), parameters, variables.fill(step.body()), key);
      if (answer.status() != 429 || step.expect().status() == 429) {
        return answer;
      }
      long seconds = answer.headers().firstValueAsLong("Retry-After")
          .orElseThrow(() -> new Failure("429 without Retry-After"));
      sleep(Instant.now().plusSeconds(seconds));
    }
  }

  private Answer request(Request step) throws Failure, IOException, InterruptedException {
    byte[] content = step.text() != null ? variables.text(step.text()).getBytes(StandardCharsets.UTF_8)
        : step.payload() != null ? payload(step.payload()) : new byte[0];
    JsonNode headers = variables.fill(step.headers());
    return send(step.method(), variables.text(step.url()), headers, content);
  }

  private Answer send(String method, String url, JsonNode headers, byte[] content)
      throws Failure, IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(REQUEST_TIMEOUT)
        .method(method, content.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(content));
    if (headers != null) {
      for (Map.Entry<String, JsonNode> header : headers.properties()) {
        if (!header.getKey().equalsIgnoreCase("Content-Length")) { // set by the JDK, from the content
          request.setHeader(header.getKey(), Variables.written(header.getValue()));
        }
      }
    }
    HttpResponse<byte[]> got = http.send(request.build(), BodyHandlers.ofByteArray());
    boolean json = got.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
    JsonNode body = json ? Client.json(new String(got.body(), StandardCharsets.UTF_8)) : null;
    return new Answer(got.statusCode(), got.headers(), got.body(), body);
  }

  /** Waits for a webhook and checks everything about it. */
  private Answer receive(Step step) throws Failure, InterruptedException {
    if (step.expect().body() == null) {
      throw new Failure("receive: expect.body must say which webhook");
    }
    String[] secrets = step.receive().secrets().toArray(String[]::new);
    for (int i = 0; i < secrets.length; i++) {
      secrets[i] = variables.text(secrets[i]);
    }
    JsonNode want = variables.fill(step.expect().body());
    Receiver.Message message = receiver.take(step.receive().path(), want, PATIENCE);
    message.verify(Arrays.asList(secrets));
    JsonNode body = Client.event(step.receive().event(), message.text());
    return new Answer(step.expect().status(), message.headers(), message.body(), body);
  }

  /** When a wait is over. */
  private Instant end(Wait wait) throws Failure {
    if (wait.until() != null) {
      String until = variables.text(wait.until());
      try {
        return OffsetDateTime.parse(until).toInstant();
      } catch (DateTimeParseException e) {
        throw new Failure("wait.until: " + e.getMessage());
      }
    }
    Instant begin = ended.get(wait.after());
    if (begin == null) {
      throw new Failure("wait.after: no step \"" + wait.after() + "\" has ended");
    }
    return begin.plusMillis(Matching.number(variables.fill(wait.seconds())).movePointRight(3).longValue());
  }

  private void sleep(Instant end) throws InterruptedException {
    Thread.sleep(Math.max(0, Duration.between(Instant.now(), end).toMillis() + 1));
  }

  /** Asks the harness to do something to the server. */
  private void control(JsonNode what) throws Failure, IOException, InterruptedException {
    byte[] body = variables.fill(what).toString().getBytes(StandardCharsets.UTF_8);
    Answer answer = send("POST", variables.text("${control}"), null, body);
    if (answer.status() != 204) {
      throw new Failure("control: " + answer.status() + " " + answer.text());
    }
  }

  /** Names what of an answer was not expected. */
  private void meet(Expect expect, Answer answer) throws Failure {
    if (answer.status() != expect.status()) {
      throw new Failure("status: expected " + expect.status() + ", came " + answer.status());
    }
    for (Map.Entry<String, JsonNode> header : Scenario.orEmpty(expect.headers()).entrySet()) {
      List<String> values = answer.headers().allValues(header.getKey());
      Matching.match("header " + header.getKey(), variables.fill(header.getValue()),
          values.isEmpty() ? null : TextNode.valueOf(String.join(", ", values)));
    }
    if (expect.payload() != null && !Arrays.equals(answer.raw(), payload(expect.payload()))) {
      throw new Failure("payload: expected the " + payload(expect.payload()).length + " bytes of \"" + expect.payload()
          + "\", came " + answer.raw().length + " others");
    }
    if (expect.body() != null && !expect.body().isNull()) {
      Matching.match("body", variables.fill(expect.body()), answer.body());
    }
  }

  private byte[] payload(String name) throws Failure {
    byte[] content = scenario.payloads().get(name);
    if (content == null) {
      throw new Failure("no payload " + name);
    }
    return content;
  }
}
