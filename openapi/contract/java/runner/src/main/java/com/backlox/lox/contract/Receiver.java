package com.backlox.lox.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Answers POST …/STATUS[/anything] with that status, and keeps the webhooks that came until a step takes them. */
class Receiver {
  private static final Pattern STATUS = Pattern.compile("/([2-5]\\d\\d)(?=/|$)");

  record Message(String path, HttpHeaders headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    private boolean is(JsonNode want) {
      try {
        return Matching.matches(want, Client.json(text()));
      } catch (JsonProcessingException e) {
        return false;
      }
    }

    /** Checks that each of the secrets has signed, and that an altered body passes for none. */
    void verify(List<String> secrets) throws Failure {
      byte[] altered = body.clone();
      altered[altered.length / 2] ^= 1;
      for (String secret : secrets) {
        String refused = refused(secret, body);
        if (refused != null) {
          throw new Failure("webhook-signature: " + refused);
        }
        if (refused(secret, altered) == null) {
          throw new Failure("webhook-signature: an altered body passes");
        }
      }
      String signature = headers.firstValue("X-LOX-Signature").orElse("");
      if (secrets.stream().noneMatch(secret -> signature.equals(hmac(secret, body)))) {
        throw new Failure("X-LOX-Signature: \"" + signature + "\" is by none of the secrets");
      }
      if (secrets.stream().anyMatch(secret -> signature.equals(hmac(secret, altered)))) {
        throw new Failure("X-LOX-Signature: an altered body passes");
      }
    }

    /** Why the headers are not those of Standard Webhooks for a body, null if they are. */
    private String refused(String secret, byte[] body) {
      try {
        new Webhook(secret).verify(new String(body, StandardCharsets.UTF_8), headers.map());
        return null;
      } catch (WebhookVerificationException | EmptyWebhookSecretException e) {
        return e.getMessage();
      }
    }

    private static String hmac(String secret, byte[] body) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }
  }

  private final List<Message> messages = new ArrayList<>();

  /** @param listen host and port */
  Receiver(String listen) throws IOException {
    int colon = listen.lastIndexOf(':');
    InetAddress host = InetAddress.getByName(listen.substring(0, colon));
    HttpServer server = HttpServer.create(new InetSocketAddress(host, Integer.parseInt(listen.substring(colon + 1))), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::keep);
    server.start();
  }

  private void keep(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    synchronized (this) {
      messages.add(new Message(path, HttpHeaders.of(exchange.getRequestHeaders(), (name, value) -> true), body));
      notifyAll();
    }
    Matcher status = STATUS.matcher(path);
    exchange.sendResponseHeaders(status.find() ? Integer.parseInt(status.group(1)) : 404, -1);
    exchange.close();
  }

  /** Removes and returns the first message that is wanted, waiting for it. */
  synchronized Message take(String path, JsonNode want, Duration patience) throws Failure, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      for (Message message : messages) {
        if (message.path().endsWith(path) && message.is(want)) {
          messages.remove(message);
          return message;
        }
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new Failure("no such webhook came: " + path + " " + want);
      }
      wait(left);
    }
  }
}
