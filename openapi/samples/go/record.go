package main

import (
	"context"
	"fmt"

	"github.com/backlox/lox/gen/client"
)

func listEvents(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample listEvents
	params := client.ListEventsParams{CreatedAfter: new("2024-01-15")}
	for {
		page, err := lox.ListEventsWithResponse(ctx, &params)
		if err != nil {
			return err
		}
		if page.JSON200 == nil {
			return fmt.Errorf("listEvents: %s", page.Body)
		}
		for _, event := range page.JSON200.Events {
			fmt.Println(event.Timestamp, event.Type, event.Subject.ID, event.Actor.ID)
		}
		if page.JSON200.NextCursor == "" {
			break
		}
		params.Cursor = &page.JSON200.NextCursor
	}
	// end sample
	return nil
}

func getEvent(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getEvent
	event, err := lox.GetEventWithResponse(ctx, eventID)
	if err != nil {
		return err
	}
	if event.JSON200 == nil {
		return fmt.Errorf("getEvent: %s", event.Body)
	}
	fmt.Println(event.JSON200.Type, event.JSON200.Actor.ID, event.JSON200.ClientAddress, event.JSON200.Data)
	// end sample
	return nil
}
