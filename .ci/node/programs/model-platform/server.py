"""In the place of the inference server: loads a version of a model from the registry and asks it."""

import os
import pickle
import urllib.request

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

env = os.environ
app = FastAPI()
path = f"/models/{env['MODEL_NAME']}/versions/{env['MODEL_VERSION']}"
with urllib.request.urlopen(env["MODEL_REGISTRY_URL"] + path, timeout=30) as answer:
    content = answer.read()
with open("/tmp/model.pkl", "wb") as file:
    file.write(content)
model = pickle.loads(content)


class Request(BaseModel):
    features: list[list[float]]


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.get("/model-info")
def model_info():
    return {"model_name": env["MODEL_NAME"], "model_version": env["MODEL_VERSION"], "type": type(model).__name__}


@app.post("/predict")
def predict(request: Request):
    return {"predictions": [str(each) for each in model.predict(request.features)]}


uvicorn.run(app, host="", port=int(env.get("INFERENCE_PORT", "8001")))
