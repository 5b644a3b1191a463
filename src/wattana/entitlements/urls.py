from django.urls import path

from wattana.entitlements.views import programmes

app_name = "entitlements"
urlpatterns = [
    path("", programmes.programmes, name="programmes"),
    path("programme/<slug:programme>/", programmes.programme, name="programme"),
]
