"""Addresses: the survey, and the sign-in pages that its layout links to."""

from django.urls import include, path

urlpatterns = [path("accounts/", include("django.contrib.auth.urls")), path("survey/", include("survey.urls"))]
