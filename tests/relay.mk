# What the relay's tests run besides Node: nats-server (scripts/setup.sh relay) and
# librdkafka's mock cluster.

build/relay/kafka-mock: tests/relay/kafka-mock.c | setup-relay
	@mkdir -p $(@D)
	gcc -std=c11 -Wall -Wextra -Werror -O1 $< -lrdkafka -o $@

.PHONY: setup-relay
setup-relay:
	@scripts/setup.sh relay

test: build/relay/kafka-mock
