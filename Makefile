# Tidemark's doors. The two that matter: `make demo` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
NICE ?=
CTEST = ctest --output-on-failure --no-tests=error -j$(JOBS)

.PHONY: help demo test build ui lint format race fuzz bench soak pictures fresh test-asan test-ui test-release clean

help: ## lists the doors
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /' | sort

demo: ## installs what is missing, builds, runs the main job on real input, prints the URL
	@tools/need.sh build ui demo
	@$(MAKE) --no-print-directory build
	@demo/run.sh $(ARGS)

build: ui ## builds build/release/tidemark
	@cmake --preset release -DTIDEMARK_UI_DIST=$(CURDIR)/build/ui > build/cmake-release.log || { cat build/cmake-release.log; exit 1; }
	@$(NICE) ninja -C build/release -j$(JOBS) tidemark

ui: ## builds the web UI into build/ui
	@mkdir -p build
	@tools/build_ui.sh

test: ## installs what tests need, builds, runs all tests
	@tools/need.sh build ui demo test
	@$(MAKE) --no-print-directory test-asan
	@$(MAKE) --no-print-directory test-ui
	@$(MAKE) --no-print-directory test-release
	@echo "all tests passed"

test-asan: # unit tests, scenarios, replayed fuzz corpora and house rules under address + undefined behaviour sanitizers
	@mkdir -p build
	cmake --preset asan > build/cmake-asan.log || { cat build/cmake-asan.log; exit 1; }
	$(NICE) ninja -C build/asan -j$(JOBS)
	cd build/asan && $(CTEST) -LE release

test-ui: ui # type check and size budget (both part of the UI's build), then components, option builders, URL state
	@tools/test_ui.sh

test-release: build # real clients, kill -9 and the browser against the release binary
	tests/run_release_tests.sh

lint: ## clang-tidy 19 over all sources
	@tools/need.sh build lint
	@tools/lint.sh

format: ## clang-format 19 in place
	@git ls-files 'src/*.h' 'src/*.cc' 'src/*.def' | xargs -r clang-format-19 -i

# learn starts no thread, and what it works out takes longer there than all else together.
race: ## the tests of threads under the thread sanitizer
	@tools/need.sh build
	@mkdir -p build
	cmake --preset tsan > build/cmake-tsan.log || { cat build/cmake-tsan.log; exit 1; }
	$(NICE) ninja -C build/tsan -j$(JOBS)
	cd build/tsan && TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1" $(CTEST) -L unit -E "^unit[.]learn$$"

fuzz: ## libFuzzer on every parser, FUZZ_SECONDS each (60)
	@tools/need.sh build lint
	@tools/fuzz.sh $${FUZZ_SECONDS:-60}

bench: ## benchmarks; results go to bench/RESULTS.md by hand, with machine and versions
	@tools/need.sh build
	@bench/run.sh

soak: ## kill -9 cycles, 100
	@tools/need.sh build ui demo test
	@$(MAKE) --no-print-directory build
	@KILL_CYCLES=100 tests/run_release_tests.sh -k kill

pictures: ## screenshots of every page into docs/pictures
	@tools/need.sh build ui demo test
	@$(MAKE) --no-print-directory build
	@tools/pictures.sh

fresh: ## proves make demo and make test inside a bare Debian 12 tree
	@tools/fresh.sh

clean: ## removes build/
	@rm -rf build
