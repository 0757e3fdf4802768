// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullableModule;

/** Sends the requests of the API to one server with one API key. */
public class ApiClient {
  /** Reads and writes every type of this package, the events of webhooks included. */
  public static final ObjectMapper JSON = JsonMapper.builder()
      .addModule(new JavaTimeModule())
      .addModule(new JsonNullableModule())
      .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
      .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
      // A later server may send more than this package knows, and a timestamp keeps the offset that it came with.
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
      .build();

  private final HttpClient http;
  private final String baseUri;
  private final String apiKey;
  private final Duration timeout;

  /**
   * @param http to send with: proxies, TLS and the time to connect are its affair
   * @param baseUri of the API, such as {@code http://127.0.0.1:8080/api}
   * @param timeout of each call; a completion alone may take 30 seconds
   */
  public ApiClient(HttpClient http, String baseUri, String apiKey, Duration timeout) {
    this.http = http;
    this.baseUri = baseUri;
    this.apiKey = apiKey;
    this.timeout = timeout;
  }

  /** A request to be completed by an operation; {@code path} has the names of its parameters in braces. */
  public Request request(String method, String path) {
    return new Request(method, path);
  }

  private static String encode(Object value) {
    return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** One request. Parameters that are null are left out. */
  public class Request {
    private final String method;
    private final StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    private final Map<String, String> headers = new LinkedHashMap<>();
    private String path;
    private BodyPublisher body = BodyPublishers.noBody();

    private Request(String method, String path) {
      this.method = method;
      this.path = path;
    }

    public Request path(String name, Object value) {
      path = path.replace("{" + name + "}", encode(Objects.requireNonNull(value, name)));
      return this;
    }

    public Request query(String name, @Nullable Object value) {
      if (value != null) {
        query.add(encode(name) + "=" + encode(value));
      }
      return this;
    }

    /** An object in the query is one parameter for each of its keys (style deepObject). */
    public Request query(String name, @Nullable Map<String, String> values) {
      if (values != null) {
        values.forEach((key, value) -> query(name + "[" + key + "]", value));
      }
      return this;
    }

    public Request header(String name, @Nullable Object value) {
      if (value != null) {
        headers.put(name, value.toString());
      }
      return this;
    }

    public Request body(@Nullable Object value) throws ApiException {
      if (value != null) {
        try {
          body = BodyPublishers.ofByteArray(JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
          throw new ApiException(e.getMessage(), e);
        }
        headers.put("Content-Type", "application/json");
      }
      return this;
    }

    public <T> ApiResponse<T> send(Class<T> type) throws ApiException {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(baseUri + path + query))
          .method(method, body)
          .timeout(timeout)
          .header("Accept", "application/json")
          .header("Authorization", "Bearer " + apiKey)
          .header("User-Agent", "lox-java/1.0.0");
      headers.forEach(request::header);
      HttpResponse<String> response;
      try {
        response = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new ApiException(method + " " + path + ": " + e, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ApiException(method + " " + path + ": " + e, e);
      }
      if (response.statusCode() / 100 != 2) {
        throw failure(response, response.body(), null);
      }
      try {
        return new ApiResponse<>(response.statusCode(), response.headers(), JSON.readValue(response.body(), type));
      } catch (JsonProcessingException e) {
        throw failure(response, e.getOriginalMessage(), e);
      }
    }

    private ApiException failure(HttpResponse<String> response, String reason, @Nullable Throwable cause) {
      String message = method + " " + path + ": " + response.statusCode() + " " + reason;
      return new ApiException(message, cause, response.statusCode(), response.headers(), response.body());
    }
  }
}
