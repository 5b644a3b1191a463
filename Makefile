.PHONY: messages format
PY := .venv/bin/python

messages: ## refresh the catalogue of one room: make messages ROOM=registry (needs GNU gettext)
	cd src/wattana/$(ROOM) && mkdir -p locale && ../../../.venv/bin/django-admin makemessages -l th --no-location --no-wrap --settings=wattana.site.settings && rm -f locale/*/LC_MESSAGES/*.mo

format:
	.venv/bin/ruff format src tests benchmarks && .venv/bin/ruff check --fix src tests benchmarks
