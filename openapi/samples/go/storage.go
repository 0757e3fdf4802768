package main

import (
	"context"
	"fmt"

	"github.com/backlox/lox/gen/client"
)

func getStorage(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getStorage
	storage, err := lox.GetStorageWithResponse(ctx)
	if err != nil {
		return err
	}
	if storage.JSON200 == nil {
		return fmt.Errorf("getStorage: %s", storage.Body)
	}
	fmt.Printf("%d of %d bytes are used\n", storage.JSON200.UsedBytes, storage.JSON200.QuotaBytes)
	// end sample
	return nil
}

func getStorageStats(ctx context.Context, lox *client.ClientWithResponses) error {
	// sample getStorageStats
	stats, err := lox.GetStorageStatsWithResponse(ctx)
	if err != nil {
		return err
	}
	if stats.JSON200 == nil {
		return fmt.Errorf("getStorageStats: %s", stats.Body)
	}
	for _, kind := range stats.JSON200.ByContentType {
		fmt.Println(kind.ContentType, kind.Count, kind.Bytes)
	}
	for _, day := range stats.JSON200.Daily {
		fmt.Println(day.Date, day.Bytes)
	}
	// end sample
	return nil
}
