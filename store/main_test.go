package store_test

import (
	"testing"

	"github.com/backlox/lox/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
