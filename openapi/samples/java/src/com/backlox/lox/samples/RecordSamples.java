package com.backlox.lox.samples;

import com.backlox.lox.ApiException;
import com.backlox.lox.Lox;
import com.backlox.lox.model.RecordedEvent;
import com.backlox.lox.model.RecordedEventList;

final class RecordSamples {
  private final Lox lox;

  RecordSamples(Lox lox) {
    this.lox = lox;
  }

  void run(String eventId) throws ApiException {
    list();
    get(eventId);
  }

  private void list() throws ApiException {
    // sample listEvents
    String cursor = null;
    do {
      RecordedEventList page = lox.record().listEvents(
          100, cursor, null, null, null, "2024-01-15", null);
      for (RecordedEvent event : page.getEvents()) {
        System.out.println(event.getTimestamp() + " " + event.getType()
            + " " + event.getSubject().getId() + " " + event.getActor().getId());
      }
      cursor = page.getNextCursor();
    } while (cursor != null);
    // end sample
  }

  private void get(String eventId) throws ApiException {
    // sample getEvent
    RecordedEvent event = lox.record().getEvent(eventId);
    System.out.println(event.getType() + " " + event.getActor().getId()
        + " " + event.getClientAddress() + " " + event.getData());
    // end sample
  }
}
