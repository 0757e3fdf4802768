// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.api;

import com.backlox.lox.ApiClient;
import com.backlox.lox.ApiException;
import com.backlox.lox.ApiResponse;
import com.backlox.lox.model.ErrorResponse;
import org.jspecify.annotations.Nullable;
import com.backlox.lox.model.RecordedEvent;
import com.backlox.lox.model.RecordedEventList;
import com.backlox.lox.model.RecordedEventTypeFilter;

public class RecordApi {
  private final ApiClient client;

  public RecordApi(ApiClient client) {
    this.client = client;
  }

  /**
   * Get an event.
   *
   * <p>Returns one event of the record of changes. &#x60;webhook-id&#x60; of a webhook&#39;s request and &#x60;event_id&#x60; of a delivery are ids of events.
   *
   * @param id The id of an event.
   */
  public RecordedEvent getEvent(String id) throws ApiException {
    return getEventWithHttpInfo(id).data();
  }

  /** {@link #getEvent}, with the status and the headers of the response. */
  public ApiResponse<RecordedEvent> getEventWithHttpInfo(String id) throws ApiException {
    return client.request("GET", "/v1/events/{id}")
        .path("id", id)
        .send(RecordedEvent.class);
  }

  /**
   * List events.
   *
   * <p>Returns the record of changes: every change of anything that the tenant owns, newest first, with who made it and when. An event must match all filters given. The guide lists the types under Events.  Follow &#x60;next_cursor&#x60; until it is absent. A page may have fewer events than &#x60;limit&#x60;, even none, although more follow: the server looks at 10,000 events at most for one page.
   *
   * @param limit The number of items per page. Optional.
   * @param cursor The &#x60;next_cursor&#x60; of the page before. It is opaque, and holds for the filters it was made with: repeat them. If the list has an &#x60;offset&#x60;, leave it out or 0. Optional.
   * @param type Only events of this type. Optional.
   * @param subject Only events about the backup, API key, webhook or tenant with this id. It may be deleted. Optional.
   * @param actor Only events of this actor, by its &#x60;id&#x60;: an API key, a command of the operator, or a job of LOX. Optional.
   * @param createdAfter Only events that happened at or after this time. A bare date (&#x60;2024-01-01&#x60;) means the beginning of that day in UTC. Optional.
   * @param createdBefore Only events that happened before this time. A bare date (&#x60;2024-01-31&#x60;) includes the whole of that day in UTC; a timestamp excludes its own instant. Must lie after &#x60;created_after&#x60;. Optional.
   */
  public RecordedEventList listEvents(@Nullable Integer limit, @Nullable String cursor, @Nullable RecordedEventTypeFilter type, @Nullable String subject, @Nullable String actor, @Nullable String createdAfter, @Nullable String createdBefore) throws ApiException {
    return listEventsWithHttpInfo(limit, cursor, type, subject, actor, createdAfter, createdBefore).data();
  }

  /** {@link #listEvents}, with the status and the headers of the response. */
  public ApiResponse<RecordedEventList> listEventsWithHttpInfo(@Nullable Integer limit, @Nullable String cursor, @Nullable RecordedEventTypeFilter type, @Nullable String subject, @Nullable String actor, @Nullable String createdAfter, @Nullable String createdBefore) throws ApiException {
    return client.request("GET", "/v1/events")
        .query("limit", limit)
        .query("cursor", cursor)
        .query("type", type)
        .query("subject", subject)
        .query("actor", actor)
        .query("created_after", createdAfter)
        .query("created_before", createdBefore)
        .send(RecordedEventList.class);
  }
}
