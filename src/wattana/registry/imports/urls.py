from django.urls import path

from wattana.registry.imports.views import batches, columns, guidance, uploads

app_name = "imports"
urlpatterns = [
    path("", uploads.batch_list, name="list"),
    path("new/", uploads.new, name="new"),
    path("help/", guidance.show, name="help"),
    path("<key:batch>/", batches.batch, name="batch"),
    path("<key:batch>/mapping/", columns.mapping, name="mapping"),
    path("<key:batch>/mapping/file/", columns.mapping_file, name="mapping_file"),
    path("<key:batch>/commit/", batches.commit, name="commit"),
    path("<key:batch>/discard/", batches.discard, name="discard"),
    path("<key:batch>/undo/", batches.undo, name="undo"),
    path("<key:batch>/rejected/", batches.rejected_rows, name="rejected"),
]
